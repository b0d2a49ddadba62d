//! What people write, and what is read from it.

use proptest::prelude::*;

use super::*;

#[test]
fn dates_are_read_as_people_write_them() {
    let table = [
        ("2546-04-13", Ok("2003-04-13")),
        ("2003-04-13", Ok("2003-04-13")),
        ("13/4/2546", Ok("2003-04-13")),
        ("13/04/2003", Ok("2003-04-13")),
        ("13-4-2546", Ok("2003-04-13")),
        ("13.4.2546", Ok("2003-04-13")),
        ("13 / 4 / 2546", Ok("2003-04-13")),
        ("๑๓/๔/๒๕๔๖", Ok("2003-04-13")),
        ("13 เมษายน 2546", Ok("2003-04-13")),
        ("13 เม.ย. 2546", Ok("2003-04-13")),
        ("๑๓ เม.ย. ๒๕๔๖", Ok("2003-04-13")),
        ("13เมษายน2546", Ok("2003-04-13")),
        ("13-เม.ย.-2546", Ok("2003-04-13")),
        ("วันที่ 13 เดือนเมษายน พ.ศ. 2546", Ok("2003-04-13")),
        ("13 เมษายน ค.ศ. 2003", Ok("2003-04-13")),
        ("13 April 2003", Ok("2003-04-13")),
        ("April 13, 2003", Ok("2003-04-13")),
        ("2546-04-13 00:00:00", Ok("2003-04-13")),
        ("2003-04-13T00:00:00", Ok("2003-04-13")),
        ("2546", Ok("2003")),
        ("ปี 2546", Ok("2003")),
        ("พ.ศ. ๒๕๔๖", Ok("2003")),
        ("พ.ศ.2546", Ok("2003")),
        ("2003", Ok("2003")),
        ("4/2546", Ok("2003-04")),
        ("2546-04", Ok("2003-04")),
        ("เมษายน 2546", Ok("2003-04")),
        ("เม.ย. 2546", Ok("2003-04")),
        ("00/00/2510", Ok("1967")),
        ("2510-00-00", Ok("1967")),
        ("-/-/2510", Ok("1967")),
        ("-/4/2510", Ok("1967-04")),
        ("29 กุมภาพันธ์ 2547", Ok("2004-02-29")),
        ("13 เม.ย. 46", Err("date_two_digit_year")),
        ("13/4/46", Err("date_two_digit_year")),
        ("13-4-46", Err("date_two_digit_year")),
        ("เม.ย. 46", Err("date_two_digit_year")),
        ("46-04-13", Err("date_two_digit_year")),
        ("46", Err("date_unreadable")),
        ("13 เมษายน", Err("date_unreadable")),
        ("สองพัน", Err("date_unreadable")),
        ("", Err("date_unreadable")),
        ("37724", Err("date_unreadable")),
        ("25460413", Err("date_unreadable")),
        ("1/2/3/2546", Err("date_unreadable")),
        ("2546 2547 2548", Err("date_unreadable")),
        ("13/4/2546 10:15", Err("date_unreadable")),
        ("25-ก.พ.", Err("destroyed_by_spreadsheet")),
        ("3.3E+12", Err("destroyed_by_spreadsheet")),
        ("31/2/2546", Err("date_impossible")),
        ("29/2/2546", Err("date_impossible")),
        ("4/13/2546", Err("date_impossible")),
        ("2546-13-04", Err("date_impossible")),
        ("32/1/2546", Err("date_impossible")),
        ("13/2546", Err("date_impossible")),
        ("13/-/2546", Err("date_day_without_month")),
        ("5/-/2510", Err("date_day_without_month")),
        ("2300", Err("date_year_out_of_range")),
        ("1849", Err("date_year_out_of_range")),
        ("พ.ศ. 2003", Err("date_year_out_of_range")),
        ("ค.ศ. 2546", Err("date_year_out_of_range")),
        ("9999-01-01", Err("date_year_out_of_range")),
    ];
    for (text, expected) in table {
        let read = PartialDate::parse(text).map(|date| date.to_string()).map_err(DateError::code);
        assert_eq!(read.as_deref().map_err(|code| *code), expected, "{text}");
    }
}

#[test]
fn before_2484_the_thai_year_ended_in_march() {
    let table = [
        ("15 กุมภาพันธ์ 2470", "1928-02-15"),
        ("31/3/2482", "1940-03-31"),
        ("1/4/2482", "1939-04-01"),
        ("2470-01", "1928-01"),
        ("31/12/2483", "1940-12-31"),
        ("1/1/2483", "1941-01-01"),
        ("1/1/2484", "1941-01-01"),
        ("29/2/2470", "1928-02-29"),
        ("2470", "1927"),
        // A common-era year says what it says.
        ("1928-02-15", "1928-02-15"),
    ];
    for (text, expected) in table {
        assert_eq!(PartialDate::parse(text).map(|date| date.to_string()).as_deref(), Ok(expected), "{text}");
    }
    let year = PartialDate::parse("2470").unwrap();
    assert_eq!(year.latest(), NaiveDate::from_ymd_opt(1928, 3, 31).unwrap());
}

#[test]
fn an_event_needs_its_whole_date() {
    assert_eq!(parse_date("22 พ.ย. 2569"), Ok(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()));
    assert_eq!(parse_date("พ.ย. 2569").map_err(DateError::code), Err("date_incomplete"));
}

#[test]
fn a_date_is_shown_as_far_as_it_is_known() {
    let table = [
        ("2003-04-13", "13 เมษายน 2546", "13 April 2003"),
        ("2003-04", "เมษายน 2546", "April 2003"),
        ("2003", "2546", "2003"),
        ("1928-02", "กุมภาพันธ์ 2470", "February 1928"),
    ];
    for (iso, thai, english) in table {
        let date = PartialDate::from_iso(iso).unwrap();
        assert_eq!((date.thai().as_str(), date.english().as_str()), (thai, english));
    }
}

#[test]
fn the_wire_has_one_form() {
    for wrong in ["2546", "2003-4", "2003-04-13T00:00:00", "13/4/2003", "2003-02-30", "2003-", "-2003", "+203", ""] {
        let error = serde_json::from_value::<PartialDate>(wrong.into()).unwrap_err().to_string();
        assert!(wire::coded(&error).is_some(), "{wrong}: {error}");
    }
}

#[test]
fn dates_in_part_are_compared_by_what_they_may_mean() {
    let date = |text| PartialDate::from_iso(text).unwrap();
    assert!(date("1961").may_equal(date("1961-04-13")));
    assert!(!date("1961-05").may_equal(date("1961-04-13")));
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    assert!(!date("2026").is_after(today) && !date("2026-11-22").is_after(today));
    assert!(date("2026-12").is_after(today) && date("2026-11-23").is_after(today));
}

prop_compose! {
    fn any_day()(days in 0_i64..120_000) -> NaiveDate {
        NaiveDate::from_ymd_opt(1858, 1, 1).unwrap() + chrono::Duration::days(days)
    }
}

proptest! {
    #[test]
    fn any_date_comes_back_from_every_way_of_writing_it(day in any_day(), known in 0..3) {
        let date = match known {
            0 => PartialDate::new(day.year(), None, None).unwrap(),
            1 => PartialDate::new(day.year(), Some(day.month()), None).unwrap(),
            _ => day.into(),
        };
        prop_assert_eq!(PartialDate::parse(&date.thai()), Ok(date));
        prop_assert_eq!(PartialDate::parse(&date.english()), Ok(date));
        let back: PartialDate = serde_json::from_str(&serde_json::to_string(&date).unwrap()).unwrap();
        prop_assert_eq!(back, date);
        prop_assert!(date.earliest() <= day && day <= date.latest());
    }

    #[test]
    fn nothing_people_can_type_panics(text in "[0-9๐-๙/ .\\-กเมย.Apr\u{e34}\u{e33}]{0,20}") {
        let _ = PartialDate::parse(&text);
    }
}
