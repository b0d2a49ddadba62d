//! What people write, what is read, and that no satang is lost.

use proptest::prelude::*;

use super::*;

#[test]
fn amounts_are_read_as_people_write_them() {
    let table = [
        ("1250", Ok(Some("1250.00"))),
        ("1,250", Ok(Some("1250.00"))),
        ("๑,๒๕๐", Ok(Some("1250.00"))),
        ("1,250.-", Ok(Some("1250.00"))),
        ("1250/-", Ok(Some("1250.00"))),
        ("฿1,250.50", Ok(Some("1250.50"))),
        ("1,250 บาท", Ok(Some("1250.00"))),
        ("1,250.-บาท", Ok(Some("1250.00"))),
        ("0", Ok(Some("0.00"))),
        ("-0.5", Ok(Some("-0.50"))),
        ("-1,200.75", Ok(Some("-1200.75"))),
        ("9,999,999,999.99", Ok(Some("9999999999.99"))),
        ("-", Ok(None)),
        ("", Ok(None)),
        ("10000000000", Err("money_too_large")),
        ("-10000000000", Err("money_too_large")),
        ("99999999999999999999", Err("money_too_large")),
        ("1.005", Err("money_too_precise")),
        ("สองพัน", Err("money_unreadable")),
        ("บาท", Err("money_unreadable")),
        ("฿-", Err("money_unreadable")),
        ("12,50", Err("money_unreadable")),
        ("$5", Err("money_unreadable")),
        ("1.2E+5", Err("destroyed_by_spreadsheet")),
    ];
    for (text, expected) in table {
        let read = Baht::parse(text).map(|amount| amount.map(|amount| amount.to_string())).map_err(BahtError::code);
        assert_eq!(read, expected.map(|amount| amount.map(ToOwned::to_owned)), "{text}");
    }
}

#[test]
fn the_wire_has_one_form() {
    for (text, satang) in [("1250.00", 125_000), ("1250", 125_000), ("-3.5", -350), ("0.00", 0)] {
        assert_eq!(serde_json::from_value::<Baht>(text.into()).unwrap().satang(), satang);
    }
    for wrong in ["1,250", "", "-", ".5", "1.", "๕", "1e5", "--5", "10000000000.00"] {
        let error = serde_json::from_value::<Baht>(wrong.into()).unwrap_err().to_string();
        assert!(wire::coded(&error).is_some(), "{wrong}: {error}");
    }
    assert!(serde_json::from_str::<Baht>("1250").is_err());
}

#[test]
fn arithmetic_stays_within_what_can_be_read() {
    let largest = Baht::from_satang(LARGEST);
    assert_eq!(largest.checked_add(Baht::from_satang(1)), Err(BahtError::TooLarge));
    assert_eq!(largest.checked_mul(i64::MAX), Err(BahtError::TooLarge));
    assert_eq!(Baht::ZERO.checked_sub(Baht::whole(5)), Ok(Baht::whole(-5)));
    assert_eq!(Baht::whole(-5).non_negative(), Err(BahtError::Negative));
    assert_eq!(Baht::sum([Baht::whole(1), Baht::from_satang(5)]), Ok(Baht::from_satang(105)));
    assert_eq!(Baht::from_satang(i64::MIN).checked_sub(Baht::whole(1)), Err(BahtError::TooLarge));
}

#[test]
fn a_share_is_compared_exactly() {
    let three = NonZeroU32::new(3).unwrap();
    // 10,000 / 3 is 3,333.333…: above 3,333.33, though it is shown as that.
    assert_eq!(Baht::whole(10_000).cmp_share(three, Baht::from_satang(333_333)), Ordering::Greater);
    assert_eq!(Baht::whole(10_000).share(three), Baht::from_satang(333_333));
    assert_eq!(Baht::whole(9_234).cmp_share(three, Baht::whole(3_078)), Ordering::Equal);
    assert_eq!(Baht::from_satang(923_399).cmp_share(three, Baht::whole(3_078)), Ordering::Less);
    let two = NonZeroU32::new(2).unwrap();
    assert_eq!(Baht::whole(3).cmp_shares(three, Baht::whole(2), two), Ordering::Equal);
    assert_eq!(Baht::from_satang(-5).share(two), Baht::from_satang(-3));
    assert_eq!(Baht::from_satang(i64::MIN).share(NonZeroU32::MIN), Baht::from_satang(i64::MIN));
}

#[test]
fn thousands_are_grouped_for_people() {
    let table =
        [(0, "0.00"), (12_345, "123.45"), (-12_345, "-123.45"), (125_000, "1,250.00"), (-123_456_789, "-1,234,567.89")];
    for (satang, expected) in table {
        assert_eq!(Baht::from_satang(satang).grouped(), expected);
    }
}

proptest! {
    #[test]
    fn any_amount_comes_back_from_every_way_of_writing_it(satang in -LARGEST..=LARGEST) {
        let amount = Baht::from_satang(satang);
        prop_assert_eq!(Baht::parse(&amount.grouped()), Ok(Some(amount)));
        let back: Baht = serde_json::from_str(&serde_json::to_string(&amount).unwrap()).unwrap();
        prop_assert_eq!(back, amount);
    }
}
