//! The same life through the rules, and what must agree after every step.

use std::collections::BTreeSet;

use chrono::Duration;
use events::id::ReferralId;
use proptest_state_machine::StateMachineTest;

use super::super::super::merging::{OTHER, beside_another};
use super::super::super::story::{COMPANY, MUSHROOMS, STATE, Story, id};
use super::home::{Case, Home, Queue, Referral, STAGES, Whom};
use super::wire::Ask;
use super::{Life, Model};
use crate::rules::household::command::Name;
use crate::rules::household::state::ReferralState;
use crate::rules::instrument::default_scoring;
use crate::rules::policy::Publish;

/// The same life, through the rules.
pub(super) struct Rules;

impl Rules {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most bodies are whole")]
    fn ask(story: &mut Story, model: &Model, ask: &Ask) {
        story.by(ask.actor());
        if ask.scores_anew() {
            story.today = model.today - Duration::days(1);
            let body = default_scoring().unwrap();
            story.publish(&Publish { province: "46".to_owned(), effective_on: model.today, body }).unwrap();
        }
        story.today = model.today;
        let mut body = model.sent.clone();
        match ask.name {
            Name::RetractFact => body["sequence"] = story.household.sequence().into(),
            Name::RescoreAssessment => {
                let known = story.household.case().and_then(|case| case.assessments.last());
                body["assessment"] = known.map_or(id(1), |it| it.id.0).to_string().into();
            }
            _ => {}
        }
        // The model has been asked already, and remembers whether it was allowed.
        let answer = story.when(ask.name.as_str(), body).0;
        assert_eq!(answer.is_ok(), model.allowed, "{ask:?} {answer:?}");
    }
}

impl StateMachineTest for Rules {
    type SystemUnderTest = Story;
    type Reference = Life;

    fn init_test(begun: &Model) -> Story {
        let mut story = beside_another(Story::begins("2026-01-05"));
        let mut model = Model::new();
        for ask in &begun.beginning {
            model.ask(ask);
            Self::ask(&mut story, &model, ask);
        }
        story
    }

    fn apply(mut story: Story, model: &Model, ask: Ask) -> Story {
        Self::ask(&mut story, model, &ask);
        story
    }

    fn check_invariants(story: &Story, model: &Model) {
        let Some(home) = &model.home else { return assert!(story.household.case().is_none()) };
        let case = story.case();
        assert_eq!(case.stage.as_str(), STAGES[home.case.stage]);
        assert_eq!(case.standing.as_str(), home.case.standing);
        assert_eq!(case.episode, home.episode);
        let present: BTreeSet<_> = case.present().map(|(person, _)| person.0).collect();
        let here = home.case.people.iter().filter(|(_, it)| it.here);
        assert_eq!(present, here.map(|(person, _)| id(u128::from(*person))).collect());
        assert_eq!(usize::from(case.composition.living), home.living());
        let clocks: BTreeSet<_> = case.clocks().into_iter().map(|due| (due.what.as_str(), due.by)).collect();
        assert_eq!(clocks, home.clocks().into_iter().collect());
        assert_eq!(case.referrals.len(), home.case.referrals.len());
        for (referral, it) in &home.case.referrals {
            let found = &case.referrals[&ReferralId(id(u128::from(*referral)))];
            let expected = match it.at {
                Queue::ToAnswer => ReferralState::ToAnswer,
                Queue::ToDeliver => ReferralState::ToDeliver,
                Queue::Returned => ReferralState::Returned,
                Queue::Ended => ReferralState::Ended,
            };
            assert_eq!(found.state, expected, "referral {referral}");
            assert!(found.clock().is_none_or(|(_, by)| by == it.by), "{found:?} {it:?}");
        }
        let needs = case.needs.values().filter(|it| it.open).count();
        assert_eq!(needs, home.case.needs.values().filter(|it| it.0).count());
        assert_eq!(case.models.len(), usize::from(home.case.enrolled));
        assert_eq!(case.proposal.is_some(), home.case.proposal.is_some());
        let waits = case.complaints.values().filter(|it| it.wait.is_open()).count();
        assert_eq!(waits, home.complaints.values().filter(|it| it.open).count());
        let waits = case.rights_requests.values().filter(|it| it.wait.is_open()).count();
        assert_eq!(waits, home.requests.values().filter(|it| it.open).count());
        assert_eq!(case.restricted().count(), home.restrictions.values().filter(|it| **it).count());
        let agreed = case.consents.values().filter(|it| it.in_force).count();
        assert_eq!(agreed, home.consents.values().filter(|it| **it).count());
        let counts = case.help.values().filter(|it| !it.reversed).count();
        assert_eq!(counts, home.help.values().filter(|it| !it.reversed).count());
        assert_eq!(case.caseworker.is_some(), home.cared_for);
        next_door(story, home);
    }
}

/// What was taken over is next door, and places are held once, by whoever has the work now.
fn next_door(story: &Story, home: &Home) {
    let (other, taken) = (story.other(OTHER), home.before_merge.as_deref());
    let joined = taken.map_or(0, |it| it.people.values().filter(|it| it.here && !it.erased).count());
    assert_eq!(other.present().count(), 2 + joined);
    let open = other.needs.values().filter(|it| it.open).count();
    assert_eq!(open, taken.map_or(0, |it| it.needs.values().filter(|it| it.0).count()));
    let waiting = other.referrals.values().filter(|it| it.state != ReferralState::Ended).count();
    assert_eq!(waiting, taken.map_or(0, |it| it.referrals.values().filter(|it| it.at != Queue::Ended).count()));
    let working: &Case = taken.unwrap_or(&home.case);
    for (agency, service, whom) in
        [(STATE, "clinic", Whom::Clinic), (STATE, "repair", Whom::Repair), (COMPANY, "clinic", Whom::Company)]
    {
        let known = story.agencies.iter().find(|(it, _)| it.0 == id(agency)).unwrap();
        let places = known.1.known().unwrap().service(service).unwrap().taken_by.len();
        let with = |it: &&Referral| it.at == Queue::ToDeliver && it.whom == whom;
        assert_eq!(places, working.referrals.values().filter(with).count(), "{service}");
    }
    let model = story.models.iter().find(|(it, _)| it.0 == id(MUSHROOMS)).unwrap();
    assert_eq!(model.1.known().unwrap().taken_by.len(), usize::from(working.enrolled));
}
