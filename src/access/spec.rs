//! Who may do what, and to whom a household does not exist.

use events::facts::staff::Scope;
use events::id::{AgencyId, StaffId};
use events::metadata::Channel;

use super::grid::actions;
use super::{Action, Caller, Denied, Relation, Role, Sight, may, may_retract, sight};
use crate::rules::household::command::Name;
use crate::rules::spec::story::{CASEWORKER, COMPANY, STATE, Story, id};

fn caller(role: Role, areas: &[&str], agency: Option<u128>) -> Caller {
    let areas = areas.iter().map(|code| code.parse().unwrap()).collect();
    Caller {
        staff: StaffId(id(CASEWORKER)),
        role,
        scope: Scope { areas, laos: Vec::new() },
        agency: agency.map(|n| AgencyId(id(n))),
        channel: Channel::Api,
        request: None,
    }
}

#[test]
fn a_household_outside_the_scope_does_not_exist_to_the_caller() {
    let story = Story::identified();
    for (areas, relation) in [
        (vec!["46"], Relation::InScope),
        (vec!["4609"], Relation::InScope),
        (vec!["460901"], Relation::InScope),
        (vec!["460902", "4602", "47"], Relation::None),
        (vec![], Relation::None),
    ] {
        assert_eq!(caller(Role::Caseworker, &areas, None).relation_to(story.case()), relation, "{areas:?}");
    }
    for name in
        Name::ALL.into_iter().filter(|name| may(Role::Caseworker, Action::Household(*name), Relation::InScope).is_ok())
    {
        assert_eq!(may(Role::Caseworker, Action::Household(name), Relation::None), Err(Denied::OutOfScope));
    }
    assert_eq!(may(Role::Auditor, Action::ReadCase, Relation::None), Err(Denied::OutOfScope));
}

#[test]
fn an_officer_stands_to_a_household_only_while_a_referral_is_open_at_the_own_agency() {
    let relation = |story: &Story, agency| caller(Role::AgencyOfficer, &["46"], agency).relation_to(story.case());
    let none = Relation::None;
    assert_eq!(relation(&Story::assessed(), Some(STATE)), none, "a scope in a token opens nothing");
    for open in [Story::referred(), Story::accepted()] {
        assert_eq!(relation(&open, Some(STATE)), Relation::ReferredToMyAgency);
        assert_eq!(relation(&open, Some(COMPANY)), none);
        assert_eq!(relation(&open, None), none);
    }
    let mut done = Story::accepted();
    done.given("complete-referral", serde_json::json!({"referral": id(1), "outcome": "met"}));
    assert_eq!(relation(&done, Some(STATE)), none);
}

#[test]
fn nobody_takes_back_what_another_role_decided() {
    assert_eq!(may_retract(Role::Caseworker, "HomeVisited"), Ok(()));
    assert_eq!(may_retract(Role::Supervisor, "HouseholdGraduated"), Ok(()));
    for event in ["HouseholdGraduated", "GraduationDeclined", "ReferralDeclined", "ReferralReturned"] {
        assert_eq!(may_retract(Role::Caseworker, event), Err(Denied::Role), "{event}");
    }
    for role in [Role::Caseworker, Role::Supervisor, Role::Operations] {
        assert_eq!(may_retract(role, "ResponseOverdue"), Err(Denied::Role), "the watcher's own");
    }
}

#[test]
fn those_who_only_look_change_nothing() {
    for role in [Role::Auditor, Role::Researcher] {
        for (action, words) in actions() {
            let reads = match action {
                Action::ReadCase
                | Action::ReadHistory
                | Action::ReadAccessLog
                | Action::ListHouseholds
                | Action::ListReferrals
                | Action::ListTasks
                | Action::ListComplaints
                | Action::ReadReports
                | Action::ReadFeed => true,
                Action::Household(_)
                | Action::ReadPersonFile
                | Action::BreakGlass
                | Action::ImportFiles
                | Action::OverseeImports
                | Action::ManageAgencies
                | Action::ManageModels
                | Action::ManageStaff
                | Action::ManagePolicies => false,
            };
            assert!(reads || may(role, action, Relation::InScope) == Err(Denied::Role), "{role}: {words}");
        }
    }
}

#[test]
fn an_administrator_sees_no_case_and_a_researcher_no_household() {
    for action in [Action::ReadCase, Action::ReadHistory, Action::ListHouseholds, Action::ListReferrals] {
        assert_eq!(may(Role::Administrator, action, Relation::InScope), Err(Denied::Role));
        assert_eq!(may(Role::Researcher, action, Relation::InScope), Err(Denied::Role));
    }
}

#[test]
fn only_a_supervisor_decides_on_graduation_and_only_the_system_notes_a_missed_answer() {
    let who = |name| -> Vec<Role> {
        let allowed = |role: &Role| may(*role, Action::Household(name), Relation::InScope).is_ok();
        Role::ALL.into_iter().filter(allowed).collect()
    };
    assert_eq!(who(Name::Graduate), [Role::Supervisor]);
    assert_eq!(who(Name::DeclineGraduation), [Role::Supervisor]);
    assert_eq!(who(Name::NoteResponseOverdue), [Role::System]);
}

#[test]
fn personal_values_are_clear_to_those_who_work_with_the_household() {
    let clear: Vec<_> = Role::ALL.into_iter().filter(|role| sight(*role) == Sight::Clear).collect();
    assert_eq!(clear, [Role::Caseworker, Role::Supervisor, Role::System]);
    assert_eq!(sight(Role::AgencyOfficer), Sight::Disclosed);
}

#[test]
fn the_table_names_every_command_and_every_role() {
    let table = super::grid::markdown();
    for name in Name::ALL {
        assert!(table.contains(&format!("| {} |", name.as_str())), "{name:?}");
    }
    for role in Role::ALL {
        assert!(table.contains(&format!(" {role} |")), "{role}");
    }
}
