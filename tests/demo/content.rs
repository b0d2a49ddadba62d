//! What a demo holds: every kind of fact, all stages and exits, full queues, and nobody real.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::area::LaoCode;
use events::clock::{day_of, start_of};
use events::facts::case::{ClosedAs, Stage, Standing};
use events::facts::register::REGISTER;
use huean::access::Role;
use huean::rules::household::state::ReferralState;

use crate::fixture::{start, until};
use crate::whole::{HOUSEHOLDS, whole};

#[test]
fn every_kind_of_fact_occurs() {
    let never: Vec<_> = REGISTER
        .iter()
        .map(|it| it.schema.name)
        .filter(|name| !whole().events.iter().any(|it| it.event_type == **name))
        .collect();
    assert_eq!(never, [""; 0]);
}

#[test]
fn the_counts_told_are_those_of_the_log() {
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for it in &whole().events {
        *counted.entry(it.event_type.clone()).or_default() += 1;
    }
    // The desk reserves numbers by itself, in a command of its own.
    counted.remove("NumbersReserved");
    assert_eq!(whole().filled.facts, counted);
    assert_eq!(whole().filled.households, HOUSEHOLDS);
    // Some are entered twice, and some come of others.
    let found = whole().filled.facts["HouseholdIdentified"];
    assert!(whole().cases.len() as u64 == found && found > u64::from(HOUSEHOLDS));
    assert!(whole().filled.refused > 0);
}

#[test]
fn everything_is_recorded_in_time_order_between_start_and_end_and_nothing_before_it_happened() {
    assert!(whole().events.is_sorted_by_key(|it| it.recorded_at));
    assert!(whole().events.iter().map(|it| it.position).eq(1..=whole().events.len() as u64));
    for it in &whole().events {
        assert!(start_of(start()) <= it.recorded_at && it.recorded_at <= until(), "{}", it.position);
        if let Some(day) = happened_on(it) {
            assert!(day <= day_of(it.recorded_at), "{}", it.position);
        }
    }
    assert!(whole().days_told.is_sorted() && whole().days_told.len() == 731);
}

fn happened_on(event: &events::log::StoredEvent) -> Option<NaiveDate> {
    event.payload.get("happened_on").and_then(|it| it.as_str()).map(|it| it.parse().unwrap())
}

#[test]
fn some_facts_are_entered_days_and_some_weeks_late() {
    let late = |least: i64| {
        let days =
            |it: &events::log::StoredEvent| happened_on(it).map_or(0, |day| (day_of(it.recorded_at) - day).num_days());
        whole().events.iter().filter(|it| days(it) >= least).count()
    };
    assert!(late(2) > 100 && late(14) > 20, "{} {}", late(2), late(14));
}

#[test]
fn all_six_stages_and_both_early_exits_are_populated() {
    let at = |stage, standing| whole().cases.iter().filter(|it| it.stage == stage && it.standing == standing).count();
    for stage in Stage::ALL {
        let standing = if stage == Stage::Graduated { Standing::Graduated } else { Standing::Open };
        assert!(at(stage, standing) >= 3, "{stage}");
    }
    let (not_poor, all) = (at(Stage::Identified, Standing::Closed(ClosedAs::NotPoor)), whole().cases.len());
    assert!((all * 6 / 100..all * 14 / 100).contains(&not_poor), "{not_poor}");
    let never_met = at(Stage::Identified, Standing::Closed(ClosedAs::Unreachable));
    assert!((all * 2 / 100..all * 9 / 100).contains(&never_met), "{never_met}");
    let graduated = at(Stage::Graduated, Standing::Graduated);
    assert!((all * 5 / 100..all * 13 / 100).contains(&graduated), "{graduated}");
}

#[test]
fn the_queues_hold_every_age_what_is_overdue_and_what_is_promised() {
    let today = day_of(until());
    let mut ages = [0; 4];
    let (mut overdue, mut promised, mut returned) = (0, 0, 0);
    for it in whole().cases.iter().flat_map(|it| it.referrals.values()) {
        match it.state {
            ReferralState::ToAnswer => {
                let days = (today - it.made_on).num_days();
                ages[match days {
                    ..=2 => 0,
                    3..=7 => 1,
                    8..=14 => 2,
                    _ => 3,
                }] += 1;
                // The watcher has looked at every last day that is over.
                assert_eq!(it.overdue_noted, it.respond_by < today);
                overdue += usize::from(it.overdue_noted);
            }
            ReferralState::ToDeliver => {
                assert_eq!(it.delivery_overdue_noted, it.deliver_by.unwrap() < today);
                promised += 1;
            }
            ReferralState::Returned => returned += 1,
            ReferralState::Ended => {}
        }
    }
    assert!(ages.iter().all(|it| *it > 0), "{ages:?}");
    assert!(overdue >= 5 && promised >= 5 && returned >= 5, "{overdue} {promised} {returned}");
}

#[test]
fn what_waits_is_shown_to_its_agency_and_partners_see_nothing_without_a_consent() {
    let mut on_consent = 0;
    for (case, it) in whole().cases.iter().flat_map(|case| case.referrals.values().map(move |it| (case, it))) {
        assert_eq!(it.open_disclosure().is_some(), it.state != ReferralState::Ended);
        if let Some(consent) = it.open_disclosure().and_then(|open| open.consent) {
            assert!(case.consents[&consent].in_force);
            on_consent += 1;
        }
    }
    assert!(on_consent > 0);
}

#[test]
fn some_agencies_are_answered_for_and_some_answer_themselves() {
    let answers = || whole().events.iter().filter(|it| it.event_type == "ReferralAccepted");
    let behalf = answers().filter(|it| it.metadata.contains_key("on_behalf_of")).count();
    assert!(behalf > 0 && behalf < answers().count(), "{behalf}");
    let officers = answers().filter(|it| it.metadata["role"] == "agency_officer");
    assert!(officers.into_iter().all(|it| !it.metadata.contains_key("on_behalf_of")));
}

#[test]
fn households_live_in_thirteen_tambons_and_fifteen_local_organisations() {
    let tambons: BTreeSet<_> = whole().cases.iter().map(|it| it.place.tambon()).collect();
    let laos: BTreeSet<LaoCode> = whole().cases.iter().filter_map(|it| it.place.lao()).collect();
    assert_eq!((tambons.len(), laos.len()), (13, 15));
}

#[test]
fn every_citizen_id_is_of_the_office_that_does_not_exist() {
    // Of who was erased nothing is known.
    let known = || whole().cases.iter().flat_map(|it| it.members.values()).filter_map(|it| it.details.get());
    let ids: Vec<_> = known().filter_map(|it| it.citizen_id).collect();
    assert!(ids.len() > 500);
    assert!(ids.iter().all(|it| it.registry_office() == 4600));
    assert!(known().any(|it| it.has_id_card == Some(false)));
}

#[test]
fn somebody_can_sign_in_in_every_role() {
    let count = |role| whole().filled.people.iter().filter(|it| it.role == role).count();
    let expected = [
        (Role::Caseworker, 14),
        (Role::Supervisor, 2),
        (Role::AgencyOfficer, 10),
        (Role::Operations, 1),
        (Role::Auditor, 1),
        (Role::Researcher, 1),
        (Role::Administrator, 1),
        (Role::System, 0),
    ];
    for (role, n) in expected {
        assert_eq!(count(role), n, "{role}");
    }
    assert!(whole().filled.people.iter().all(|it| it.agency.is_some() == (it.role == Role::AgencyOfficer)));
}

#[test]
fn those_who_graduated_were_proposed_by_one_person_and_approved_by_another() {
    let mut proposers = BTreeMap::new();
    let mut approved = 0;
    for it in &whole().events {
        match it.event_type.as_str() {
            "GraduationProposed" => {
                proposers.insert(it.payload["proposal"].to_string(), it.payload["proposer"].to_string());
            }
            "HouseholdGraduated" => {
                approved += 1;
                assert_ne!(proposers[&it.payload["proposal"].to_string()], it.payload["approver"].to_string());
            }
            _ => {}
        }
    }
    assert!(approved > 10);
}
