//! How each fact moves a household. Total: it never fails and never judges, but it can be surprised.
//!
//! A surprise is a fact that no decision leads to in this state. A property test shows that decisions never surprise,
//! `check` folds every stored stream looking for it, and a retraction that would surprise a later fact is refused.

use std::collections::BTreeMap;

use events::facts::case::{ClosedAs, DueWhat, Stage, Standing};
use events::facts::household::{Due, HouseholdEvent};
use events::facts::people::{Composition, Relation};
use events::id::{PanelId, PersonId, ReferralId, VisitId};

use super::composition;
use super::state::{Assessment, Case, Household, Member, Need, Panel, Proposal, Referral, ReferralState, Visit};

/// A fact that does not follow from what came before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{event} does not follow from what came before: {why}")]
pub struct Surprise {
    /// The fact.
    pub event: &'static str,
    /// What does not fit.
    pub why: &'static str,
}

impl Household {
    /// Moves past one fact. The state is right also after a surprise: the fact is kept and changes what it can.
    pub fn evolve(&mut self, event: &HouseholdEvent) -> Result<(), Surprise> {
        self.facts.push(event.clone());
        let HouseholdEvent::FactRetracted(retracted) = event else {
            return apply(&mut self.case, event);
        };
        let surprise = |why| Err(Surprise { event: "FactRetracted", why });
        if retracted.sequence == 0 || retracted.sequence >= self.sequence() {
            return surprise("it names no earlier fact");
        }
        if !self.retracted.insert(retracted.sequence) {
            return surprise("the fact was taken back before");
        }
        let (case, surprises) = self.folded();
        self.case = case;
        // The composition as it was decided: to count anew takes keys, which not every reader has.
        if let Some(case) = &mut self.case {
            case.composition = retracted.composition.clone();
        }
        match surprises.into_iter().next() {
            Some((_, surprise)) => Err(surprise),
            None => Ok(()),
        }
    }

    /// The case that the facts which hold add up to, and every fact that surprised on the way.
    pub(super) fn folded(&self) -> (Option<Case>, BTreeMap<u64, Surprise>) {
        let mut case = None;
        let mut surprises = BTreeMap::new();
        // What facts after a member's coming or going counted is wrong once that is taken back.
        let mut count_anew = false;
        for (event, sequence) in self.facts.iter().zip(1u64..) {
            if matches!(event, HouseholdEvent::FactRetracted(_)) {
                continue;
            }
            if self.retracted.contains(&sequence) {
                count_anew |= event.composition().is_some();
                continue;
            }
            if let Err(surprise) = apply(&mut case, event) {
                surprises.insert(sequence, surprise);
            }
            if count_anew
                && event.composition().is_some()
                && let (Some(case), Some(on)) = (&mut case, event.happened_on())
            {
                case.composition = composition::of(case.members.values(), on);
            }
        }
        (case, surprises)
    }
}

/// Applies a fact that holds.
fn apply(slot: &mut Option<Case>, event: &HouseholdEvent) -> Result<(), Surprise> {
    let name = event.schema().name;
    let surprise = |why| Surprise { event: name, why };
    let Some(case) = slot else {
        let HouseholdEvent::HouseholdIdentified(it) = event else {
            return Err(surprise("the household is not identified"));
        };
        *slot = Some(Case {
            identified_on: it.happened_on,
            place: it.place,
            basis: it.basis,
            stage: Stage::Identified,
            standing: Standing::Open,
            episode: 1,
            case_no: None,
            caseworker: None,
            next_due: it.next_due.clone(),
            due_since: Some(it.happened_on),
            members: BTreeMap::new(),
            composition: Composition::empty(),
            visits: Vec::new(),
            attempts: Vec::new(),
            panels: Vec::new(),
            assessments: Vec::new(),
            needs: BTreeMap::new(),
            referrals: BTreeMap::new(),
            models: std::collections::BTreeSet::new(),
            help: BTreeMap::new(),
            proposal: None,
        });
        return Ok(());
    };
    let fits = change(case, event);
    if let Due::Set(due) = event.due() {
        // A follow-up that began at a stage which was taken back since is due no longer.
        let begins = due.is_none_or(|due| due.what != DueWhat::FollowUp || case.stage >= Stage::Referred);
        if begins {
            case.next_due = due.cloned();
            case.due_since = event.happened_on();
        }
    }
    if let Some(composition) = event.composition() {
        case.composition = composition.clone();
    }
    fits.map_err(surprise)
}

/// What a fact changes, and whether it fits what came before.
fn change(case: &mut Case, event: &HouseholdEvent) -> Result<(), &'static str> {
    use HouseholdEvent as E;
    match event {
        E::HouseholdIdentified(_) => Err("the household is identified already"),
        E::FactRetracted(_) => Err("a retraction is folded before"),
        E::CaseNumberAssigned(it) => {
            let first = case.case_no.replace(it.case_no).is_none();
            first.then_some(()).ok_or("it has a number already")
        }
        E::CaseworkerAssigned(it) => {
            case.caseworker = Some(it.caseworker);
            Ok(())
        }
        E::ListStatusRecorded(_) | E::NoteWritten(_) | E::IncomeRecorded(_) => Ok(()),
        E::MemberJoined(it) => {
            let member = Member {
                sex: it.sex,
                relation: it.relation,
                residence: it.residence,
                details: it.details.clone(),
                joined_on: it.happened_on,
                left_on: None,
            };
            let new = case.present().all(|(person, _)| *person != it.person);
            let headed = case.present().any(|(_, before)| before.relation == Relation::Head);
            case.members.insert(it.person, member);
            if !new {
                return Err("the person is a member already");
            }
            (it.relation != Relation::Head || !headed).then_some(()).ok_or("there is a head already")
        }
        E::MemberLeft(it) => {
            let member = case.members.get_mut(&it.person).ok_or("the person is no member")?;
            let gone = member.left_on.replace(it.happened_on).is_some();
            (!gone).then_some(()).ok_or("the person left before")
        }
        E::VisitAttempted(it) => {
            case.attempts.push((it.visit, it.happened_on));
            Ok(())
        }
        E::HomeVisited(it) => {
            case.visits.push(Visit { id: it.visit, on: it.happened_on, seen: it.seen });
            named(case, it.informant.iter())
        }
        E::PanelHeld(it) => {
            case.panels.push(Panel { id: it.panel, on: it.happened_on, finding: it.finding });
            Ok(())
        }
        E::HouseholdVerified(it) => {
            let heard = heard(case, it.heard.visit, it.heard.panel);
            let fits = case.stage == Stage::Identified;
            case.stage = case.stage.max(Stage::Verified);
            heard?;
            fits.then_some(()).ok_or("it is verified already")
        }
        E::FoundNotPoor(it) => {
            let heard = heard(case, it.heard.visit, it.heard.panel);
            case.standing = Standing::Closed(ClosedAs::NotPoor);
            heard
        }
        E::HouseholdUnreachable(it) => {
            case.standing = Standing::Closed(ClosedAs::Unreachable);
            let days = |on| case.attempts.iter().any(|(_, attempted)| attempted == on);
            it.attempted_on.iter().all(days).then_some(()).ok_or("an attempt it rests on is missing")
        }
        E::HouseholdAssessed(it) => {
            case.assessments.push(Assessment {
                id: it.assessment,
                on: it.happened_on,
                capitals: it.capitals.clone(),
                level: it.overall.as_ref().map(|overall| overall.level),
                money: it.money.clone(),
                evidence: it.income_evidence,
            });
            let fits = case.stage >= Stage::Verified;
            if it.overall.is_some() {
                case.stage = case.stage.max(Stage::Assessed);
            }
            fits.then_some(()).ok_or("it is not verified")
        }
        E::NeedRecorded(it) => {
            case.needs.insert(it.need, Need { person: it.person, open: true });
            named(case, it.person.iter())
        }
        E::NeedClosed(it) => {
            case.needs.get_mut(&it.need).ok_or("there is no such need")?.open = false;
            Ok(())
        }
        E::ReferralMade(it) => {
            let same = |with: &Referral| with.need == it.need && with.agency == it.agency && with.service == it.service;
            let waits = case.referrals.values().any(|with| with.state != ReferralState::Ended && same(with));
            case.referrals.insert(
                it.referral,
                Referral {
                    state: ReferralState::ToAnswer,
                    need: it.need,
                    agency: it.agency,
                    service: it.service.clone(),
                    made_on: it.happened_on,
                    respond_by: it.respond_by,
                    overdue_noted: false,
                    accepted_on: None,
                },
            );
            let fits = case.stage >= Stage::Assessed;
            case.stage = case.stage.max(Stage::Referred);
            if !case.needs.contains_key(&it.need) {
                return Err("the need it is for is missing");
            }
            if waits {
                return Err("the need is with this service already");
            }
            fits.then_some(()).ok_or("it is not assessed")
        }
        E::ReferralAccepted(it) => {
            let referral = referral(case, it.referral)?;
            referral.accepted_on = Some(it.happened_on);
            go(referral, ReferralState::ToAnswer, ReferralState::ToDeliver)
        }
        E::ReferralDeclined(it) => go(referral(case, it.referral)?, ReferralState::ToAnswer, ReferralState::Ended),
        E::ReferralReturned(it) => go(referral(case, it.referral)?, ReferralState::ToAnswer, ReferralState::Returned),
        E::ReferralCompleted(it) => go(referral(case, it.referral)?, ReferralState::ToDeliver, ReferralState::Ended),
        E::ReferralWithdrawn(it) => {
            let referral = referral(case, it.referral)?;
            let open = referral.state != ReferralState::Ended;
            referral.state = ReferralState::Ended;
            open.then_some(()).ok_or("the referral has ended already")
        }
        E::ResponseOverdue(it) => {
            let referral = referral(case, it.referral)?;
            let waiting = referral.state == ReferralState::ToAnswer && !referral.overdue_noted;
            referral.overdue_noted = true;
            waiting.then_some(()).ok_or("the referral does not wait for an answer, or it was noted before")
        }
        E::AssistanceDelivered(it) => {
            case.help.insert(it.assistance, it.happened_on);
            if case.stage >= Stage::Assessed && case.standing.is_open() {
                case.stage = case.stage.max(Stage::Assisted);
            }
            if it.referral.is_some_and(|id| !case.referrals.contains_key(&id)) {
                return Err("the referral it answers is missing");
            }
            named(case, it.beneficiaries.iter())
        }
        E::ModelEnrolled(it) => {
            let new = case.models.insert(it.model);
            let fits = case.stage >= Stage::Assessed;
            case.stage = case.stage.max(Stage::Referred);
            if !new {
                return Err("it takes part already");
            }
            fits.then_some(()).ok_or("it is not assessed")
        }
        E::ModelLeft(it) => case.models.remove(&it.model).then_some(()).ok_or("it does not take part"),
        E::GraduationProposed(it) => {
            let fits = case.proposal.is_none() && case.stage >= Stage::Assisted;
            let known = |id| case.assessments.iter().any(|assessment| assessment.id == id);
            let judged = it.verdict.judged.iter().filter_map(|judged| judged.assessment).all(known);
            case.proposal = Some(Proposal {
                id: it.proposal,
                on: it.happened_on,
                proposer: it.proposer,
                verdict: it.verdict.clone(),
            });
            if !judged {
                return Err("an assessment it was judged on is missing");
            }
            fits.then_some(()).ok_or("a proposal waits already, or it was not assisted")
        }
        E::GraduationDeclined(it) => {
            let fits = case.proposal.take().is_some_and(|waiting| waiting.id == it.proposal);
            fits.then_some(()).ok_or("no such proposal waits")
        }
        E::HouseholdGraduated(it) => {
            let fits = case.proposal.take().is_some_and(|waiting| waiting.id == it.proposal);
            case.stage = Stage::Graduated;
            case.standing = Standing::Graduated;
            fits.then_some(()).ok_or("no such proposal waits")
        }
    }
}

/// Whether everybody a fact names was ever noted with the household.
fn named<'a>(case: &Case, mut people: impl Iterator<Item = &'a PersonId>) -> Result<(), &'static str> {
    people.all(|person| case.members.contains_key(person)).then_some(()).ok_or("a member it names is missing")
}

fn referral(case: &mut Case, id: ReferralId) -> Result<&mut Referral, &'static str> {
    case.referrals.get_mut(&id).ok_or("there is no such referral")
}

fn go(referral: &mut Referral, from: ReferralState, to: ReferralState) -> Result<(), &'static str> {
    let fits = referral.state == from;
    referral.state = to;
    fits.then_some(()).ok_or("the referral is elsewhere")
}

fn heard(case: &Case, visit: VisitId, panel: PanelId) -> Result<(), &'static str> {
    let visited = case.visits.iter().any(|it| it.id == visit);
    let spoken = case.panels.iter().any(|it| it.id == panel);
    (visited && spoken).then_some(()).ok_or("the visit or the panel it rests on is missing")
}
