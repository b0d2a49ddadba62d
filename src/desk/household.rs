//! A command to a household: what is loaded for it, how it is judged, and what is appended.

use std::sync::Arc;

use events::clock::day_of;
use events::facts::agency::AGENCY;
use events::facts::case::PolicyRef;
use events::facts::household::HOUSEHOLD;
use events::facts::model::MODEL;
use events::id::{AgencyId, HouseholdId};
use events::log::{StreamId, StreamRead};

use super::answer::Receipt;
use super::commit::Facts;
use super::error::DeskError;
use super::load::{Loaded, Values, load};
use super::numbers::any_case_no;
use super::others::Seen;
use super::{Desk, Submission};
use crate::access::{Action, Caller, Denied, Relation, Role, may, may_retract};
use crate::rules::household::{Command, Household};
use crate::rules::numbering::BLOCK;
use crate::rules::{Asked, Decision};

impl Desk {
    /// Judges, appends, and goes on with the state that comes of it.
    pub(super) async fn household(
        &self,
        submission: &Submission,
        id: HouseholdId,
        command: &Command,
        fresh: bool,
    ) -> Result<Receipt, DeskError> {
        let (loaded, decision, seen) = self.decided(submission, id, command, fresh).await?;
        self.record(submission, (id, command), loaded, decision, seen).await
    }

    /// Judges on the cached state first; a no that rests on it is judged again on the stream's tail.
    pub(super) async fn decided(
        &self,
        submission: &Submission,
        id: HouseholdId,
        command: &Command,
        fresh: bool,
    ) -> Result<(Arc<Loaded<Household>>, Decision, Seen), DeskError> {
        let (loaded, cached) = self.load_household(id, fresh).await?;
        match self.judge(submission, id, command, &loaded, fresh).await {
            Ok((decision, seen)) if !(cached && decision == Decision::default()) => Ok((loaded, decision, seen)),
            Err(error) if !(cached && error.is_judgement()) => Err(error),
            Ok(_) | Err(_) => {
                let (loaded, _) = self.load_household(id, true).await?;
                let (decision, seen) = self.judge(submission, id, command, &loaded, true).await?;
                Ok((loaded, decision, seen))
            }
        }
    }

    /// A household as it stands, opened. `fresh`: with everything that is in the log now.
    pub async fn load_household(
        &self,
        id: HouseholdId,
        fresh: bool,
    ) -> Result<(Arc<Loaded<Household>>, bool), DeskError> {
        self.follow_erasures().await?;
        let sources = (&self.0.log, &self.0.vault);
        load(sources, &self.0.households, &id.to_string(), Values::Opened, fresh).await
    }

    async fn judge(
        &self,
        submission: &Submission,
        id: HouseholdId,
        command: &Command,
        loaded: &Loaded<Household>,
        fresh: bool,
    ) -> Result<(Decision, Seen), DeskError> {
        let household = &loaded.state;
        authorise(&submission.caller, command, household)?;
        if let Some(seen) = submission.seen
            && seen != loaded.sequence
        {
            return Err(DeskError::Stale { seen, current: loaded.sequence });
        }
        let mut needs = command.needs(household);
        for holder in self.holders(command, id).await? {
            if !needs.households.contains(&holder) {
                needs.households.push(holder);
            }
        }
        let province = if let Command::Identify(identify) = command {
            identify.tambon.province()
        } else {
            household.known()?.place.province()
        };
        let mut seen = self.see(&needs, fresh).await?;
        authorise_others(&submission.caller, command, &seen)?;
        let now = self.now();
        let policies = self.policy_book(&province.to_string(), day_of(now)).await?;
        let asked = Asked {
            now,
            actor: submission.caller.staff,
            command: submission.command,
            target: id.0,
            policies: &policies,
        };
        if let Some(province) = needs.case_no_of {
            // Judged with any number first: a refused command reserves none.
            seen.others.case_no = any_case_no(province);
            command.decide(household, &seen.others, &asked)?;
            seen.others.case_no = Some(self.next_case_no(submission, province, BLOCK).await?);
        }
        let decision = command.decide(household, &seen.others, &asked)?;
        Ok((decision, seen))
    }

    async fn record(
        &self,
        submission: &Submission,
        (id, command): (HouseholdId, &Command),
        loaded: Arc<Loaded<Household>>,
        decision: Decision,
        seen: Seen,
    ) -> Result<Receipt, DeskError> {
        let Draft { next, names, facts, reads, rules, behalf } =
            self.drafted(submission, (id, command), loaded, &decision, &seen)?;
        let stream = StreamId::new(HOUSEHOLD, id.to_string());
        let appended = self.append(submission, facts, reads, rules, behalf).await;
        if matches!(appended, Err(DeskError::Conflict)) {
            self.0.households.forget(&stream.aggregate_id);
        }
        let appended = appended?;
        for (other, _) in &decision.households {
            self.0.households.forget(&other.to_string());
        }
        for (agency, _) in &decision.agencies {
            self.0.agencies.forget(&agency.to_string());
        }
        for (model, _) in &decision.models {
            self.0.models.forget(&model.to_string());
        }
        let receipt = Receipt::new(id.to_string(), &appended, names).of_household(&next.state);
        if next.sequence > 0 {
            self.0.households.put(&stream.aggregate_id, Arc::new(next));
        }
        Ok(receipt)
    }

    /// What is to be appended, and the household as it will be then.
    pub(super) fn drafted(
        &self,
        submission: &Submission,
        (id, command): (HouseholdId, &Command),
        loaded: Arc<Loaded<Household>>,
        decision: &Decision,
        seen: &Seen,
    ) -> Result<Draft, DeskError> {
        let stream = StreamId::new(HOUSEHOLD, id.to_string());
        let (sequence, behalf) = (loaded.sequence, on_behalf_of(submission, command, &loaded.state));
        // The state goes on in place: to copy a long case for every command would cost more than the rest of the desk.
        let mut next = self.0.households.take(&stream.aggregate_id, loaded);
        for fact in &decision.household {
            // `evolve` is never surprised by a decision: a property test says so.
            next.state.evolve(fact)?;
        }
        next.sequence = next.state.sequence();
        let names = decision.household.iter().map(|it| it.schema().name.to_owned());
        let others = decision.households.iter().map(|(_, it)| it.schema().name.to_owned());
        let aside = decision.agencies.iter().map(|(_, it)| it.schema().name.to_owned());
        let models = decision.models.iter().map(|(_, it)| it.schema().name.to_owned());
        let names: Vec<String> = names.chain(others).chain(aside).chain(models).collect();
        let of_others = decision.households.iter().map(|(_, it)| it);
        let mut rules: Vec<PolicyRef> =
            decision.household.iter().chain(of_others).flat_map(|it| it.policies()).cloned().collect();
        rules.sort_unstable();
        rules.dedup();
        let (facts, reads) = entries(stream, sequence, decision, seen);
        Ok(Draft { next, names, facts, reads, rules, behalf })
    }
}

/// What was decided of a household, before keys, seals and pen.
pub(super) struct Draft {
    /// The household as it will be.
    pub(super) next: Loaded<Household>,
    /// The names of the events.
    pub(super) names: Vec<String>,
    pub(super) facts: Vec<Facts>,
    pub(super) reads: Vec<StreamRead>,
    pub(super) rules: Vec<PolicyRef>,
    pub(super) behalf: Option<AgencyId>,
}

/// Whether the caller may do this to this household, judged on the state that the append checks.
pub(super) fn authorise(caller: &Caller, command: &Command, household: &Household) -> Result<(), DeskError> {
    let action = Action::Household(command.name());
    let relation = match (command, household.case()) {
        (_, Some(case)) => caller.relation_to(case),
        (Command::Identify(identify), None) => {
            let inside = caller.role == Role::System
                || caller.scope.areas.iter().any(|area| area.contains(identify.tambon))
                || identify.lao.is_some_and(|lao| caller.scope.laos.contains(&lao));
            if inside { Relation::InScope } else { Relation::None }
        }
        // A role that never does this hears so; everybody else hears that there is no such household.
        (_, None) => Relation::None,
    };
    may(caller.role, action, relation)?;
    if let Command::RetractFact(retract) = command
        && let Some(fact) = household.fact(retract.sequence)
    {
        may_retract(caller.role, fact.schema().name)?;
    }
    // An officer answers for her own agency's referrals only, whatever else is open in the household.
    if caller.role == Role::AgencyOfficer {
        let referral = command.referral().and_then(|id| household.case()?.referrals.get(&id));
        if referral.is_none_or(|referral| Some(referral.agency) != caller.agency) {
            return Err(Denied::OutOfScope.into());
        }
    }
    Ok(())
}

/// The agency in whose name somebody else gives its answer.
fn on_behalf_of(submission: &Submission, command: &Command, household: &Household) -> Option<AgencyId> {
    if submission.caller.role == Role::AgencyOfficer { None } else { command.answers_for(household) }
}

/// A command that changes another household too takes the same right there: unknown and out of scope look the same.
/// One that is not there yet is brought about where the first one lies.
pub(super) fn authorise_others(caller: &Caller, command: &Command, seen: &Seen) -> Result<(), DeskError> {
    // Whoever is erased is erased everywhere: that right is the person's, not the area's.
    if matches!(command, Command::ErasePersonalData(_)) {
        return Ok(());
    }
    for case in seen.others.households.values().filter_map(Household::case) {
        may(caller.role, Action::Household(command.name()), caller.relation_to(case))?;
    }
    Ok(())
}

/// The streams that are written and those that were only read for the decision.
fn entries(stream: StreamId, sequence: u64, decision: &Decision, seen: &Seen) -> (Vec<Facts>, Vec<StreamRead>) {
    let mut facts = vec![Facts::of(stream, sequence, &decision.household)];
    let mut reads = Vec::new();
    for (other, expected) in &seen.households {
        let stream = StreamId::new(HOUSEHOLD, other.to_string());
        let events: Vec<_> =
            decision.households.iter().filter(|(id, _)| id == other).map(|(_, event)| event.clone()).collect();
        if events.is_empty() {
            reads.push(StreamRead { stream, expected: *expected });
        } else {
            facts.push(Facts::of(stream, *expected, &events));
        }
    }
    for (agency, expected) in &seen.agencies {
        let stream = StreamId::new(AGENCY, agency.to_string());
        let events: Vec<_> =
            decision.agencies.iter().filter(|(id, _)| id == agency).map(|(_, event)| event.clone()).collect();
        if events.is_empty() {
            reads.push(StreamRead { stream, expected: *expected });
        } else {
            facts.push(Facts::of(stream, *expected, &events));
        }
    }
    for (model, expected) in &seen.models {
        let stream = StreamId::new(MODEL, model.to_string());
        let events: Vec<_> =
            decision.models.iter().filter(|(id, _)| id == model).map(|(_, event)| event.clone()).collect();
        if events.is_empty() {
            reads.push(StreamRead { stream, expected: *expected });
        } else {
            facts.push(Facts::of(stream, *expected, &events));
        }
    }
    (facts, reads)
}
