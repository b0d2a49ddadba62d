//! Every no says what would make it a yes, in both languages, under a code of its own.

use std::collections::BTreeSet;

use events::facts::case::{ClosedAs, Stage, Standing};
use events::facts::household::{Criterion, ReopenedBecause};
use events::facts::policy::PolicyKind;

use super::story::day;
use crate::rules::refusal::{Course, Refusal, Resting, Thing};

/// One refusal of each kind.
fn each() -> Vec<Refusal> {
    let stage = Stage::Identified;
    let mut refusals = vec![
        Refusal::Fields(vec![]),
        Refusal::IdTaken,
        Refusal::Unknown(Thing::Household),
        Refusal::Unknown(Thing::Need),
        Refusal::Closed(Standing::Closed(ClosedAs::NotPoor)),
        Refusal::TooEarly { stage, needed: Stage::Verified },
        Refusal::TooEarly { stage, needed: Stage::Assessed },
        Refusal::TooEarly { stage, needed: Stage::Assisted },
        Refusal::TooEarly { stage, needed: Stage::Referred },
        Refusal::TooLate { stage },
        Refusal::NotVisited,
        Refusal::NoPanel,
        Refusal::HeardOtherwise,
        Refusal::TooFewAttempts { found: 1, needed: 3 },
        Refusal::SecondHead,
        Refusal::NotAMember,
        Refusal::HasDied,
        Refusal::PersonErased,
        Refusal::SomebodyLivesThere { living: 2 },
        Refusal::NoAddress,
        Refusal::FoundToBeTwo,
        Refusal::AlreadyAttached,
        Refusal::NobodyLivesThere,
        Refusal::NeedClosed,
        Refusal::NeedIsReferred,
        Refusal::ServiceNotOffered,
        Refusal::ServicePaused,
        Refusal::NotInArea,
        Refusal::ConsentNeeded,
        Refusal::NoConsent,
        Refusal::AlreadyConsented,
        Refusal::ConsentWithdrawn,
        Refusal::AlreadyReferred,
        Refusal::AlreadyEscalated,
        Refusal::AlreadyReminded(day("2026-01-05")),
        Refusal::ReferralIs { state: "to_answer", needed: "to_deliver" },
        Refusal::NoCapacity { places: 2 },
        Refusal::NotYetOverdue { respond_by: day("2026-01-05") },
        Refusal::DeliveryNotYetOverdue { deliver_by: day("2026-01-05") },
        Refusal::AlreadyConfirmed,
        Refusal::HelpReversed,
        Refusal::NothingDue,
        Refusal::NotLeft(Standing::Open),
        Refusal::CheckedAlready { month: 6 },
        Refusal::AnsweredAlready,
        Refusal::RestrictsNothing,
        Refusal::ComplaintAboutYou,
        Refusal::ModelIs { state: "drafted", needed: "open" },
        Refusal::HouseholdsTakePart { taken: 2 },
        Refusal::CycleRuns,
        Refusal::NoCycleRuns,
        Refusal::NoCycleEnded,
        Refusal::NotFoundWorthScaling,
        Refusal::NoShare,
        Refusal::AlreadyRecorded,
        Refusal::NoPlaceLeft { places: 2 },
        Refusal::NotEligible("level"),
        Refusal::AlreadyEnrolled,
        Refusal::NotEnrolled,
        Refusal::AlreadyProposed,
        Refusal::NotProposed,
        Refusal::CriteriaNotMet(vec![(Criterion::HeldOverTime, "0 days".to_owned(), "6 months".to_owned())]),
        Refusal::SamePerson,
        Refusal::NotACaseworkerThere,
        Refusal::HasLeft,
        Refusal::RoleNotHeld,
        Refusal::OwnAdministration,
        Refusal::AdministrationEnds,
        Refusal::NotRetractable("FactRetracted".to_owned()),
        Refusal::AlreadyRetracted,
        Refusal::RestedOn(vec![Resting { sequence: 4, event_type: "HouseholdVerified".to_owned() }]),
        Refusal::NoPolicy(PolicyKind::Sla),
        Refusal::UnknownInstrument("other@1".to_owned()),
        Refusal::EffectiveTooEarly { earliest: day("2026-01-05") },
        Refusal::OnlyVersion,
    ];
    refusals.extend(course().into_iter().map(Refusal::Course));
    refusals
}

/// Those about the course of a case.
fn course() -> Vec<Course> {
    let resting = || vec![Resting { sequence: 4, event_type: "HomeVisited".to_owned() }];
    let merged = Standing::Closed(ClosedAs::Merged);
    vec![
        Course::CaseOpen,
        Course::ReopenedOtherwise {
            standing: Standing::Graduated,
            reasons: vec![
                ReopenedBecause::Appeal,
                ReopenedBecause::Relapse,
                ReopenedBecause::CameBack,
                ReopenedBecause::FoundAgain,
            ],
        },
        Course::NoRelapseFound,
        Course::OnlyUndone(merged),
        Course::WorkedOn(resting()),
        Course::ClosingEndedWork,
        Course::SameHousehold,
        Course::OtherProvince,
        Course::SurvivorBehind { survivor: Stage::Identified, stage: Stage::Referred },
        Course::SurvivorClosed(Standing::Graduated),
        Course::NotMerged,
        Course::WorkedOnSince(resting()),
        Course::NobodyStays,
    ]
}

/// The codes as they were first published: programs know them, so they are only ever added to.
const CODES: &[&str] = &[
    "administration_ends",
    "already_attached",
    "already_confirmed",
    "already_consented",
    "already_enrolled",
    "already_escalated",
    "already_proposed",
    "already_recorded",
    "already_referred",
    "already_reminded",
    "already_retracted",
    "answered_already",
    "case_closed",
    "case_open",
    "checked_already",
    "closing_ended_work",
    "complaint_about_you",
    "consent_needed",
    "consent_withdrawn",
    "criteria_not_met",
    "cycle_runs",
    "delivery_not_yet_overdue",
    "effective_too_early",
    "found_to_be_two",
    "has_died",
    "heard_otherwise",
    "help_reversed",
    "households_take_part",
    "id_taken",
    "invalid_fields",
    "need_closed",
    "need_is_referred",
    "no_address",
    "no_capacity",
    "no_consent_in_force",
    "no_cycle_ended",
    "no_cycle_runs",
    "no_panel",
    "no_place_left",
    "no_policy",
    "no_relapse_found",
    "no_share",
    "no_such_household",
    "nobody_lives_there",
    "nobody_stays",
    "not_a_caseworker_there",
    "not_a_member",
    "not_assessed",
    "not_assisted",
    "not_eligible",
    "not_enrolled",
    "not_found_worth_scaling",
    "not_in_area",
    "not_left",
    "not_merged",
    "not_proposed",
    "not_retractable",
    "not_verified",
    "not_visited",
    "not_yet_overdue",
    "nothing_due",
    "only_undone",
    "only_version",
    "other_province",
    "own_administration",
    "person_erased",
    "reopened_otherwise",
    "rested_on",
    "restricts_nothing",
    "role_not_held",
    "same_household",
    "same_person",
    "second_head",
    "service_not_offered",
    "service_paused",
    "somebody_lives_there",
    "staff_has_left",
    "survivor_behind",
    "survivor_closed",
    "too_early",
    "too_few_attempts",
    "too_late",
    "unknown_instrument",
    "unknown_reference",
    "worked_on",
    "worked_on_since",
    "wrong_model_state",
    "wrong_referral_state",
];

/// Thai letters, vowels and tone marks.
fn is_thai(c: char) -> bool {
    ('\u{e01}'..='\u{e4e}').contains(&c)
}

#[test]
fn every_refusal_has_a_code_of_its_own_that_stays() {
    let refusals = each();
    let codes: BTreeSet<_> = refusals.iter().map(Refusal::code).collect();
    assert_eq!(codes.len(), refusals.len(), "no two refusals share a code");
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), CODES);
}

#[test]
fn every_refusal_speaks_thai_and_english_and_shows_its_code_only() {
    for refusal in each() {
        let text = refusal.text();
        assert!(text.th.chars().any(is_thai), "{refusal:?}");
        assert!(!text.en.is_empty() && !text.en.chars().any(is_thai), "{refusal:?}");
        assert!(!text.en.ends_with('.') && text.en.chars().next().is_some_and(|c| !c.is_uppercase()), "{refusal:?}");
        assert_eq!(refusal.to_string(), refusal.code());
    }
}

/// What tells somebody what to do, or until when to wait, as these texts put it.
const WHAT_TO_DO_TH: [&str; 14] =
    ["ต้อง", "ให้", "ตรวจ", "ใช้", "รอ", "เลือก", "บันทึก", "ก่อน", "ได้หลัง", "ได้ด้วย", "ได้โดย", "ได้เร็ว", "ครั้งต่อไป", "ดูกำหนด"];

#[test]
fn every_refusal_says_what_would_satisfy_the_rule_in_both_languages() {
    for refusal in each() {
        let text = refusal.text();
        let en = text.en.contains(": ") || text.en.contains(" must ") || text.en.contains(" can ");
        assert!(en, "{}: {}", refusal.code(), text.en);
        assert!(WHAT_TO_DO_TH.iter().any(|word| text.th.contains(word)), "{}: {}", refusal.code(), text.th);
    }
}

/// The codes that the program holds, read where they are written: a refusal that nobody walks here is found.
fn written() -> BTreeSet<&'static str> {
    let codes = include_str!("../refusal/code.rs").lines().chain(include_str!("../refusal/course.rs").lines());
    let code = |line: &'static str| line.trim().split_once(" => \"")?.1.strip_suffix("\",");
    codes.filter_map(code).collect()
}

#[test]
fn every_code_that_is_written_down_is_walked() {
    assert_eq!(written().into_iter().collect::<Vec<_>>(), CODES);
}

#[test]
fn facts_are_called_by_what_the_register_says_and_not_by_their_names_in_the_program() {
    for refusal in each() {
        let text = refusal.text();
        for entry in events::facts::register::REGISTER {
            let name = entry.schema.name;
            assert!(!text.th.contains(name) && !text.en.contains(name), "{}: {}", refusal.code(), text.en);
        }
    }
    let text = Refusal::NotRetractable("FactRetracted".to_owned()).text();
    assert_eq!(
        text.en,
        "“One earlier fact is taken back; the history shows both” can't be taken back: record what undoes or corrects it"
    );
}

#[test]
fn thai_words_stand_in_the_thai_text_and_english_ones_in_the_english() {
    for refusal in each() {
        let text = refusal.text();
        // What an instrument is called is the same in both.
        let th = text.th.replace("pppconnext-37@1", "");
        assert!(!th.chars().any(|c| c.is_ascii_alphabetic()), "{th}");
        for code in ["to_answer", "to_deliver", "not_poor", "able_to_work", "HeldOverTime", "closed:not_poor"] {
            assert!(!text.en.contains(code), "{}", text.en);
        }
    }
    let missing = vec![(Criterion::IncomeAtLine, "unknown".to_owned(), "3078.00 (2024)".to_owned())];
    let text = Refusal::CriteriaNotMet(missing).text();
    assert_eq!(text.th, "ยังไม่ผ่านเกณฑ์: รายได้สุทธิต่อคนต่อเดือน (บาท) พบ ไม่ทราบ ต้องการ 3078.00 (2024)");
    let en = "criteria not met: net income per resident and month in baht: found unknown, needed 3078.00 (2024)";
    assert_eq!(text.en, en);
}

#[test]
fn an_unknown_thing_is_called_by_its_name() {
    for thing in Thing::ALL {
        let text = Refusal::Unknown(thing).text();
        assert!(text.en.starts_with("the ") && text.en.ends_with("check its id"), "{}", text.en);
    }
}
