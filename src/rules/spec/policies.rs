//! Policies: which version holds on a day, and from when a new one can hold.

use events::facts::case::DueWhat;
use events::facts::household::Level;
use events::facts::policy::{Contact, DaysCounted, Graduation, LineForYear, PolicyBody, PolicyKind, PovertyLine, Sla};
use events::money::Baht;

use super::story::{Story, day};
use crate::rules::Refusal;
use crate::rules::policy::Publish;

fn sla(answer_days: u16) -> PolicyBody {
    PolicyBody::Sla(Sla {
        answer_days,
        deliver_days: 30,
        services: std::collections::BTreeMap::new(),
        counted: DaysCounted::Calendar,
    })
}

fn publish(story: &mut Story, province: &str, effective_on: &str, body: PolicyBody) -> Result<(), Refusal> {
    story.publish(&Publish { province: province.to_owned(), effective_on: day(effective_on), body })
}

#[test]
fn a_new_version_holds_from_the_day_after_its_publication_at_the_earliest() {
    let mut story = Story::begins("2026-01-05");
    let earliest = day("2026-01-06");
    assert_eq!(publish(&mut story, "46", "2026-01-05", sla(5)), Err(Refusal::EffectiveTooEarly { earliest }));
    assert_eq!(publish(&mut story, "46", "2026-01-06", sla(5)), Ok(()));
}

#[test]
fn a_version_takes_effect_within_ten_years() {
    for province in ["46", "47"] {
        let mut story = Story::begins("2026-01-05");
        let Err(Refusal::Fields(errors)) = publish(&mut story, province, "2036-01-06", sla(5)) else { panic!() };
        assert_eq!((errors[0].pointer.as_str(), errors[0].code), ("/effective_on", "too_late"));
        assert_eq!(publish(&mut story, province, "2036-01-05", sla(5)), Ok(()));
    }
}

#[test]
fn the_first_version_in_a_log_may_hold_from_any_day() {
    let mut story = Story::begins("2026-01-05");
    assert_eq!(publish(&mut story, "47", "2019-01-01", sla(5)), Ok(()));
    assert!(publish(&mut story, "47", "2019-01-01", sla(6)).is_err());
}

#[test]
fn a_version_holds_from_its_day_until_another_takes_over() {
    let mut story = Story::begins("2026-01-05");
    publish(&mut story, "46", "2026-02-01", sla(5)).unwrap();
    publish(&mut story, "46", "2026-03-01", sla(3)).unwrap();
    let on = |date: &str| {
        let (days, policy) = story.book.sla("46", day(date), "repair").unwrap();
        (days.answer_days, policy.version)
    };
    assert_eq!(on("2026-01-31"), (7, 1));
    assert_eq!(on("2026-02-01"), (5, 2));
    assert_eq!(on("2026-02-28"), (5, 2));
    assert_eq!(on("2026-03-01"), (3, 3));
    assert_eq!(on("1990-01-01"), (7, 1), "before the first version the first holds");
}

#[test]
fn of_two_versions_that_hold_the_one_published_last_is_in_force() {
    let mut story = Story::begins("2026-01-05");
    publish(&mut story, "46", "2026-03-01", sla(5)).unwrap();
    publish(&mut story, "46", "2026-02-01", sla(3)).unwrap();
    assert_eq!(story.book.sla("46", day("2026-04-01"), "repair").unwrap().0.answer_days, 3);
}

#[test]
fn provinces_have_policies_of_their_own() {
    let story = Story::begins("2026-01-05");
    assert_eq!(story.book.sla("47", day("2026-01-05"), "repair"), Err(Refusal::NoPolicy(PolicyKind::Sla)));
}

#[test]
fn a_service_may_have_days_of_its_own() {
    let story = Story::begins("2026-01-05");
    let days = |service| story.book.sla("46", day("2026-01-05"), service).unwrap().0;
    assert_eq!((days("repair").answer_days, days("repair").deliver_days), (7, 30));
    assert_eq!((days("emergency").answer_days, days("emergency").deliver_days), (1, 3));
}

#[test]
fn each_clock_of_the_contact_policy_has_its_own_length() {
    let story = Story::begins("2026-01-05");
    for (what, by) in [
        (DueWhat::FirstVisit, "2026-01-15"),
        (DueWhat::Assessment, "2026-01-31"),
        (DueWhat::Referral, "2026-01-15"),
        (DueWhat::FollowUp, "2026-04-01"),
        (DueWhat::Reassessment, "2026-06-30"),
        (DueWhat::PostExitCheck, "2026-07-01"),
    ] {
        assert_eq!(story.book.due("46", what, day("2026-01-01")).unwrap().by, day(by), "{what:?}");
    }
    let due = story.book.due("46", DueWhat::PostExitCheck, day("2025-08-31")).unwrap();
    assert_eq!(due.by, day("2026-02-28"), "six months after the 31st end with February");
}

#[test]
fn the_line_of_a_year_is_the_newest_not_after_it() {
    let story = Story::begins("2026-01-05");
    let line = |year| story.book.line("46", day("2026-01-05"), year).unwrap().map(|(line, _)| (line.year, line.baht));
    assert_eq!(line(2016), None);
    assert_eq!(line(2017), Some((2017, Baht::whole(2686))));
    assert_eq!(line(2020), Some((2017, Baht::whole(2686))));
    assert_eq!(line(2024), Some((2024, Baht::whole(3078))));
    assert_eq!(line(2030), Some((2024, Baht::whole(3078))));
}

#[test]
fn a_policy_out_of_bounds_is_refused_with_the_field() {
    let contact = Contact {
        first_visit_days: 1,
        assessment_days: 1,
        referral_days: 1,
        follow_up_days: 1,
        reassessment_days: 1,
        post_exit_months: vec![],
        attempts_before_unreachable: 0,
        complaint_days: Some(0),
    };
    let graduation = Graduation {
        level_at_least: Level::new(3).unwrap(),
        capital_at_least: Level::new(2).unwrap(),
        months_apart: 121,
    };
    let line = LineForYear { year: 2569, baht: Baht::whole(1), source: String::new(), verified: true };
    for (province, body, pointers) in [
        ("4", sla(1), vec!["/province"]),
        ("99", sla(1), vec!["/province"]),
        (
            "46",
            PolicyBody::Contact(contact),
            vec!["/body/post_exit_months", "/body/attempts_before_unreachable", "/body/complaint_days"],
        ),
        ("46", PolicyBody::Graduation(graduation), vec!["/body/months_apart"]),
        (
            "46",
            PolicyBody::PovertyLine(PovertyLine { lines: vec![line] }),
            vec!["/body/lines/0/year", "/body/lines/0/source"],
        ),
    ] {
        let refusal = publish(&mut Story::begins("2026-01-05"), province, "2026-02-01", body).unwrap_err();
        let Refusal::Fields(errors) = refusal else { panic!("fields are named: {refusal:?}") };
        assert_eq!(errors.iter().map(|it| it.pointer.as_str()).collect::<Vec<_>>(), pointers);
    }
}
