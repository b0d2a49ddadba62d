//! About which moments and periods can be asked: nothing that has not come, nothing before the log began, and by
//! researchers whole months only.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use events::clock::{bangkok, day_of, end_of};

use super::telling::{Telling, is_last_of_month};
use crate::rules::refusal::Text;

/// Nothing that a report counts happened before this year.
const FIRST_YEAR: i32 = 2000;
/// The longest series, in days.
const LONGEST: i64 = 1_100;
/// How many days a series has when nobody says.
const USUAL: u64 = 90;

/// A parameter that can't stand, and what could.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Its name: `as_of`, `from`, `to`.
    pub name: &'static str,
    /// Stable code.
    pub code: &'static str,
    /// In words.
    pub text: Text,
}

/// A period, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

/// What bounds a question: the present, the log's first event, and who asks.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Now.
    pub now: DateTime<Utc>,
    /// When the log's first event was recorded; none: it is empty, or nobody looked.
    pub first: Option<DateTime<Utc>>,
    /// How the reader is told.
    pub telling: Telling,
}

fn wrong(name: &'static str, code: &'static str, th: String, en: String) -> Wrong {
    Wrong { name, code, text: Text { th, en } }
}

/// A moment as people write it: RFC 3339, or a day, which means its end in Thailand.
pub fn moment_of(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return (1900..=9999).contains(&day.year()).then(|| end_of(day));
    }
    // A plus that was not escaped in an address has become a space.
    DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|at| at.with_timezone(&Utc))
}

impl Bounds {
    fn today(&self) -> NaiveDate {
        day_of(self.now)
    }

    /// The last day of the last month that is over.
    fn last_month(&self) -> NaiveDate {
        let today = self.today();
        today.checked_sub_days(Days::new(u64::from(today.day()))).unwrap_or(today)
    }

    /// A past moment. The end of today has not come: it means now.
    pub fn moment(&self, name: &'static str, text: &str) -> Result<DateTime<Utc>, Wrong> {
        let Some(at) = moment_of(text) else {
            let th = "ต้องเป็นวันที่ เช่น 2026-01-31 เวลาแบบ RFC 3339 เช่น 2026-01-31T12:00:00+07:00 หรือลำดับในบันทึก";
            let en = "must be a day such as 2026-01-31, a time of RFC 3339 such as 2026-01-31T12:00:00+07:00, or a \
                      position of the log";
            return Err(wrong(name, "not_a_moment", th.to_owned(), en.to_owned()));
        };
        if at > end_of(self.today()) || (at > self.now && text.parse::<NaiveDate>().is_err()) {
            let now = shown(self.now);
            let th = format!("ต้องไม่หลังเวลาปัจจุบัน ({now})");
            return Err(wrong(name, "in_the_future", th, format!("must not be after the present moment, {now}")));
        }
        if let Some(first) = self.first
            && at < first
        {
            let first = shown(first);
            let th = format!("ระบบเริ่มบันทึกเมื่อ {first} ต้องไม่ก่อนเวลานั้น");
            let en = format!("must not be before {first}, when the log's first event was recorded");
            return Err(wrong(name, "before_the_log", th, en));
        }
        let at = at.min(self.now);
        if self.telling == Telling::InFives && !(at == end_of(day_of(at)) && is_last_of_month(day_of(at))) {
            let last = self.last_month();
            let th = format!("สำหรับนักวิจัยต้องเป็นวันสุดท้ายของเดือนที่สิ้นสุดแล้ว เช่น {last}");
            let en = format!("must be the last day of a month that is over, such as {last}: researchers ask by months");
            return Err(wrong(name, "not_a_month", th, en));
        }
        Ok(at)
    }

    /// The days of a period as they were given: none of them in the future, in their order, whole months where the
    /// reader is told by months. An end that a researcher leaves open is the end of the last month.
    pub fn days(
        &self,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Vec<Wrong>> {
        let today = self.today();
        let mut found = Vec::new();
        for (name, day) in [("from", from), ("to", to)] {
            if day.is_some_and(|day| day.year() < FIRST_YEAR) {
                let th = format!("ต้องไม่ก่อนวันที่ {FIRST_YEAR}-01-01");
                found.push(wrong(name, "out_of_range", th, format!("must not be before {FIRST_YEAR}-01-01")));
            }
            if day.is_some_and(|day| day > today) {
                let th = format!("ต้องไม่หลังวันนี้ ({today})");
                found.push(wrong(name, "in_the_future", th, format!("must not be after today, {today}")));
            }
        }
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            let th = format!("ต้องไม่หลังวันสิ้นสุด to ({last})");
            found.push(wrong("from", "ends_before_it_starts", th, format!("must not be after `to`, {last}")));
        }
        let mut to = to;
        if self.telling == Telling::InFives && found.is_empty() {
            let last = self.last_month();
            if from.is_some_and(|from| from.day() != 1 || from > last) {
                let th = format!("สำหรับนักวิจัยต้องเป็นวันแรกของเดือนที่สิ้นสุดแล้ว เช่น {}", first_of(last));
                let en = format!("must be the first day of a month that is over, such as {}", first_of(last));
                found.push(wrong("from", "not_a_month", th, en));
            }
            if to.is_some_and(|to| !is_last_of_month(to) || to > last) {
                let th = format!("สำหรับนักวิจัยต้องเป็นวันสุดท้ายของเดือนที่สิ้นสุดแล้ว เช่น {last}");
                let en = format!("must be the last day of a month that is over, such as {last}");
                found.push(wrong("to", "not_a_month", th, en));
            }
            to = to.or(from.map(|_| last));
        }
        if found.is_empty() { Ok((from, to)) } else { Err(found) }
    }

    /// The period of a series: the last days, or the last months, unless somebody says otherwise.
    pub fn series(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Period, Vec<Wrong>> {
        let (from, to) = self.days(from, to)?;
        if let (Some(to), Some(first)) = (to, self.first)
            && to < day_of(first)
        {
            let first = day_of(first);
            let th = format!("ระบบเริ่มบันทึกเมื่อวันที่ {first} ต้องไม่ก่อนวันนั้น");
            let en = format!("must not be before {first}, when the log's first event was recorded");
            return Err(vec![wrong("to", "before_the_log", th, en)]);
        }
        let period = match self.telling {
            Telling::Exactly => {
                let to = to.unwrap_or_else(|| self.today());
                Period { from: from.unwrap_or_else(|| to.checked_sub_days(Days::new(USUAL)).unwrap_or(to)), to }
            }
            Telling::InFives => {
                let to = to.unwrap_or_else(|| self.last_month());
                let first = first_of(to).checked_sub_months(Months::new(2)).unwrap_or(to);
                Period { from: from.unwrap_or(first), to }
            }
        };
        if (period.to - period.from).num_days() > LONGEST {
            let th = format!("ช่วงเวลายาวได้ไม่เกิน {LONGEST} วัน");
            let en = format!("must lie at most {LONGEST} days before `to`, {}", period.to);
            return Err(vec![wrong("from", "out_of_range", th, en)]);
        }
        Ok(period)
    }
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn shown(at: DateTime<Utc>) -> String {
    at.with_timezone(&bangkok()).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn bounds(telling: Telling) -> Bounds {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc);
        Bounds { now: at("2026-06-15T10:00:00+07:00"), first: Some(at("2024-06-01T09:00:00+07:00")), telling }
    }

    #[test]
    fn a_moment_lies_between_the_logs_first_event_and_now() {
        let bounds = bounds(Telling::Exactly);
        let code = |text: &str| bounds.moment("as_of", text).map_err(|it| it.code);
        assert_eq!(code("2026-06-15"), Ok(bounds.now), "the end of today means now");
        assert_eq!(code("2026-06-14"), Ok(end_of(day("2026-06-14"))));
        assert_eq!(code("2024-06-01"), Ok(end_of(day("2024-06-01"))));
        for (text, expected) in [
            ("2026-06-16", "in_the_future"),
            ("2026-06-15T10:00:01+07:00", "in_the_future"),
            ("9999-12-31", "in_the_future"),
            ("2024-05-31", "before_the_log"),
            ("2024-06-01T08:59:59+07:00", "before_the_log"),
            ("0001-01-01", "not_a_moment"),
            ("-262143-01-01", "not_a_moment"),
            ("soon", "not_a_moment"),
        ] {
            assert_eq!(code(text), Err(expected), "{text}");
        }
        let text = bounds.moment("as_of", "2030-01-01").unwrap_err().text;
        assert!(text.th.contains("2026-06-15T10:00:00+07:00") && text.en.contains("2026-06-15T10:00:00+07:00"));
    }

    #[test]
    fn a_period_has_come_and_ends_after_it_begins() {
        let bounds = bounds(Telling::Exactly);
        let codes = |from: &str, to: &str| {
            let found = bounds.days(from.parse().ok(), to.parse().ok()).err().unwrap_or_default();
            found.into_iter().map(|it| (it.name, it.code)).collect::<Vec<_>>()
        };
        assert_eq!(codes("2026-06-01", "2026-06-15"), []);
        assert_eq!(codes("2026-06-15", "2026-06-15"), []);
        assert_eq!(codes("", ""), []);
        assert_eq!(codes("2026-06-16", ""), [("from", "in_the_future")]);
        assert_eq!(codes("", "2026-06-16"), [("to", "in_the_future")]);
        assert_eq!(codes("2026-06-02", "2026-06-01"), [("from", "ends_before_it_starts")]);
        assert_eq!(codes("0001-01-01", "2026-06-01"), [("from", "out_of_range")]);
        let before = bounds.series(None, Some(day("2024-05-31"))).unwrap_err();
        assert_eq!((before[0].name, before[0].code), ("to", "before_the_log"));
        let long = bounds.series(Some(day("2020-01-01")), None).unwrap_err();
        assert_eq!((long[0].name, long[0].code), ("from", "out_of_range"));
        let usual = bounds.series(None, None).unwrap();
        assert_eq!(usual, Period { from: day("2026-03-17"), to: day("2026-06-15") });
    }

    #[test]
    fn a_researcher_asks_by_whole_months_that_are_over() {
        let bounds = bounds(Telling::InFives);
        for (from, to, expected) in [
            ("2026-05-01", "2026-05-31", None),
            ("2026-03-01", "2026-05-31", None),
            ("2026-05-02", "2026-05-31", Some("from")),
            ("2026-05-01", "2026-05-30", Some("to")),
            ("2026-06-01", "2026-06-15", Some("from")),
        ] {
            let found = bounds.days(Some(day(from)), Some(day(to)));
            assert_eq!(found.err().map(|it| it[0].name), expected, "{from} {to}");
        }
        let open = bounds.days(Some(day("2026-04-01")), None).unwrap();
        assert_eq!(open, (Some(day("2026-04-01")), Some(day("2026-05-31"))));
        assert_eq!(bounds.series(None, None).unwrap(), Period { from: day("2026-03-01"), to: day("2026-05-31") });
        for (text, code) in [("2026-05-30", "not_a_month"), ("2026-06-15", "not_a_month")] {
            assert_eq!(bounds.moment("as_of", text).unwrap_err().code, code, "{text}");
        }
        assert!(bounds.moment("as_of", "2026-05-31").is_ok());
    }
}
