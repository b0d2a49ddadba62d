//! The bounds of every number in a policy: what lies outside is a slip of the hand, and would steer a whole province.

use std::collections::BTreeSet;

use events::facts::policy::{
    ChangeThatCounts, Contact, Crosswalk, Graduation, Holidays, PolicyBody, PovertyLine, Sla, Threshold,
};

use crate::rules::field::{ENTRIES, Fields, NAME};
use crate::rules::instrument;

/// The longest clock of an agency, in days.
const LONGEST_SLA: u16 = 365;
/// The longest clock of a contact, in days: five years.
const LONGEST_CONTACT: u16 = 1_826;
/// The most baht that a poverty line can be.
const HIGHEST_LINE: i32 = 100_000;

/// What is wrong with the body of a policy.
pub(super) fn check_body(body: &PolicyBody, fields: &mut Fields) {
    match body {
        PolicyBody::Sla(it) => sla(it, fields),
        PolicyBody::Contact(it) => contact(it, fields),
        PolicyBody::Scoring(it) => instrument::check_scoring(it, fields),
        PolicyBody::Graduation(it) => graduation(it, fields),
        PolicyBody::PovertyLine(it) => poverty_line(it, fields),
        PolicyBody::Threshold(it) => threshold(it, fields),
        PolicyBody::Crosswalk(it) => crosswalk(it, fields),
        PolicyBody::Holidays(it) => holidays(it, fields),
    }
}

fn within(fields: &mut Fields, pointer: impl Into<String>, value: i64, least: i64, most: i64) {
    if value < least || value > most {
        fields.wrong(
            pointer,
            "out_of_range",
            format!("ต้องอยู่ระหว่าง {least}–{most}"),
            format!("must be {least} to {most}"),
        );
    }
}

fn sla(it: &Sla, fields: &mut Fields) {
    let mut days = |at: &str, name: &str, days: u16| {
        within(fields, format!("/body{at}/{name}"), i64::from(days), 1, i64::from(LONGEST_SLA));
    };
    days("", "answer_days", it.answer_days);
    days("", "deliver_days", it.deliver_days);
    for (service, own) in &it.services {
        let at = format!("/services/{service}");
        days(&at, "answer_days", own.answer_days);
        days(&at, "deliver_days", own.deliver_days);
    }
    fields.entries("/body/services", it.services.len(), 0, ENTRIES);
    for service in it.services.keys() {
        fields.code(&format!("/body/services/{service}"), service);
    }
}

fn contact(it: &Contact, fields: &mut Fields) {
    for (name, days) in [
        ("first_visit_days", it.first_visit_days),
        ("assessment_days", it.assessment_days),
        ("referral_days", it.referral_days),
        ("follow_up_days", it.follow_up_days),
        ("reassessment_days", it.reassessment_days),
    ] {
        within(fields, format!("/body/{name}"), i64::from(days), 1, i64::from(LONGEST_CONTACT));
    }
    fields.entries("/body/post_exit_months", it.post_exit_months.len(), 1, 12);
    for (at, months) in it.post_exit_months.iter().enumerate() {
        within(fields, format!("/body/post_exit_months/{at}"), i64::from(*months), 1, 120);
        if it.post_exit_months.iter().take(at).any(|before| before >= months) {
            let (th, en) = ("ต้องเรียงจากน้อยไปมาก", "must come after the one before");
            fields.wrong(format!("/body/post_exit_months/{at}"), "not_in_order", th, en);
        }
    }
    within(fields, "/body/attempts_before_unreachable", i64::from(it.attempts_before_unreachable), 1, 60);
    if let Some(days) = it.complaint_days {
        within(fields, "/body/complaint_days", i64::from(days), 1, 365);
    }
}

fn graduation(it: &Graduation, fields: &mut Fields) {
    within(fields, "/body/months_apart", i64::from(it.months_apart), 1, 120);
}

fn poverty_line(it: &PovertyLine, fields: &mut Fields) {
    fields.entries("/body/lines", it.lines.len(), 1, ENTRIES);
    for (at, line) in it.lines.iter().enumerate() {
        let year = format!("/body/lines/{at}/year");
        within(fields, &year, i64::from(line.year), 1990, 2200);
        if it.lines.iter().take(at).any(|before| before.year == line.year) {
            fields.wrong(year, "named_twice", "ระบุซ้ำ", "is named twice");
        }
        let satang = line.baht.satang();
        within(fields, format!("/body/lines/{at}/baht"), satang, 1, i64::from(HIGHEST_LINE) * 100);
        fields.text(&format!("/body/lines/{at}/source"), &line.source, NAME);
    }
}

fn threshold(it: &Threshold, fields: &mut Fields) {
    fields.code("/body/name", &it.name);
    let (ChangeThatCounts::Points { hundredths } | ChangeThatCounts::PercentOfBefore { hundredths }) = it.at_least;
    within(fields, "/body/at_least/hundredths", i64::from(hundredths), 1, 10_000);
}

fn crosswalk(it: &Crosswalk, fields: &mut Fields) {
    fields.entries("/body/lines", it.lines.len(), 1, ENTRIES);
    for (at, line) in it.lines.iter().enumerate() {
        let unknown = line.indicator.as_ref().is_some_and(|code| !instrument::asks(code, line.capital));
        if unknown {
            let (th, en) = ("ตัวชี้วัดไม่อยู่ในทุนนี้", "is no indicator of this capital");
            fields.wrong(format!("/body/lines/{at}/indicator"), "unknown_indicator", th, en);
        }
        if it.lines.iter().take(at).any(|before| before == line) {
            fields.wrong(format!("/body/lines/{at}"), "named_twice", "ระบุซ้ำ", "is named twice");
        }
    }
}

fn holidays(it: &Holidays, fields: &mut Fields) {
    fields.entries("/body/days", it.days.len(), 0, 2_000);
    let mut seen = BTreeSet::new();
    for (at, day) in it.days.iter().enumerate() {
        fields.text(&format!("/body/days/{at}/name"), &day.name, NAME);
        within(fields, format!("/body/days/{at}/on"), i64::from(chrono::Datelike::year(&day.on)), 2000, 2200);
        if !seen.insert(day.on) {
            fields.wrong(format!("/body/days/{at}/on"), "named_twice", "ระบุซ้ำ", "is named twice");
        }
    }
}
