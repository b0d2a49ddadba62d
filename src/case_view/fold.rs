//! From facts to the case that a reader sees. A fact that was taken back adds nothing.

use std::collections::BTreeSet;

use events::clock::day_of;
use events::facts::household::{DisclosedField, HouseholdEvent};
use events::facts::people::Words;
use events::id::{AssistanceId, DocumentId, NeedId, PersonId, ProposalId};

use super::contact;
use super::history::{Entry, History};
use super::lens::Lens;
use super::living;
use super::referral;
use super::view::{
    AssessmentView, CallView, CaseView, ConfirmationView, EnrolmentView, HelpView, IncomeView, MemberView, NeedView,
    NoteView, ProposalView, RelatedView, ScoredView,
};
use crate::rules::household::Household;

/// The case of a history through a lens; none before the household was identified.
pub fn case_view(history: &History, lens: &Lens, own: &BTreeSet<DocumentId>) -> Option<CaseView> {
    let household = history.folded();
    let mut view = header(history, &household)?;
    for entry in history.entries.iter().filter(|entry| !household.is_retracted(entry.sequence)) {
        add(&mut view, entry, lens);
        contact::add(&mut view, entry, lens, day_of(history.now));
    }
    view.assessments.sort_by_key(|it| it.on);
    view.score = view.assessments.iter().rev().find_map(|it| it.overall.clone());
    let today = day_of(history.now);
    for referral in &mut view.referrals {
        referral.run_clock(today);
    }
    if lens.is_narrow() {
        narrow(&mut view, lens, own);
    }
    Some(view)
}

fn header(history: &History, household: &Household) -> Option<CaseView> {
    let case = household.case()?;
    let today = day_of(history.now);
    let clocks: Vec<_> = case.clocks().into_iter().map(|due| contact::due_view(due, today)).collect();
    Some(CaseView {
        id: history.household,
        case_no: case.case_no,
        sequence: history.sequence(),
        as_of: history.as_of(),
        stage: case.stage,
        standing: case.standing,
        episode: case.episode,
        related: RelatedView { merged_into: case.merged_into, ..RelatedView::default() },
        identified_on: case.identified_on,
        sources: Vec::new(),
        basis: case.basis,
        place: case.place,
        address: None,
        house_code: None,
        moves: Vec::new(),
        caseworker: case.caseworker,
        score: None,
        next_due: clocks.first().cloned(),
        clocks,
        plans: Vec::new(),
        composition: Some(case.composition.clone()),
        members: Vec::new(),
        resemblances: Vec::new(),
        lists: Vec::new(),
        calls: Vec::new(),
        assessments: Vec::new(),
        comparison: None,
        incomes: Vec::new(),
        needs: Vec::new(),
        consents: Vec::new(),
        referrals: Vec::new(),
        disclosures: Vec::new(),
        models: Vec::new(),
        help: Vec::new(),
        notes: Vec::new(),
        documents: Vec::new(),
        proposals: Vec::new(),
        checks: Vec::new(),
        complaints: Vec::new(),
        rights_requests: Vec::new(),
        actions: Vec::new(),
    })
}

/// Adds what one fact says.
fn add(view: &mut CaseView, entry: &Entry, lens: &Lens) {
    use HouseholdEvent as E;
    let inner = |words: &Option<Words>| words.as_ref().map(|words| lens.inner(&words.text));
    #[expect(clippy::wildcard_enum_match_arm, reason = "what has no place of its own stands in header and timeline")]
    match &entry.fact {
        E::HouseholdIdentified(it) => {
            view.sources.clone_from(&it.sources);
            view.address = it.address.as_ref().map(|address| lens.field(DisclosedField::Address, address));
        }
        E::ListStatusRecorded(it) => view.lists.push(it.clone()),
        E::NoteWritten(it) => view.notes.push(NoteView {
            note: it.note,
            on: it.happened_on,
            about: it.about.clone(),
            text: lens.inner(&it.text),
        }),
        E::MemberJoined(it) => {
            view.members.retain(|member| member.person != it.person);
            view.members.push(MemberView {
                person: it.person,
                sex: it.sex,
                relation: it.relation,
                residence: it.residence,
                joined_on: it.happened_on,
                left_on: None,
                died: false,
                family: None,
                details: lens.person(&it.details),
            });
        }
        E::MemberLeft(it) => member(view, it.person, |member| member.left_on = Some(it.happened_on)),
        E::VisitAttempted(it) => view.calls.push(CallView::Attempt { on: it.happened_on, because: it.because }),
        E::HomeVisited(it) => {
            view.calls.push(CallView::Visit { on: it.happened_on, seen: it.seen, remarks: inner(&it.remarks) });
        }
        E::PanelHeld(it) => view.calls.push(CallView::Panel {
            on: it.happened_on,
            attended: it.attended,
            finding: it.finding,
            remarks: inner(&it.remarks),
        }),
        E::HouseholdAssessed(it) => view.assessments.push(AssessmentView {
            assessment: it.assessment,
            on: it.happened_on,
            instrument: it.instrument.clone(),
            scoring: it.scoring.clone(),
            capitals: it.capitals.clone(),
            overall: it.overall.clone(),
            deprived: it.deprived.clone(),
            money: it.money.clone(),
            income_evidence: it.income_evidence,
            scored_before: Vec::new(),
        }),
        E::AssessmentRescored(it) => {
            if let Some(known) = view.assessments.iter_mut().find(|known| known.assessment == it.assessment) {
                known.scored_before.push(ScoredView {
                    scoring: std::mem::replace(&mut known.scoring, it.scoring.clone()),
                    overall: std::mem::replace(&mut known.overall, it.overall.clone()),
                    until: it.happened_on,
                });
                known.capitals.clone_from(&it.capitals);
            }
        }
        E::IncomeRecorded(it) => {
            view.incomes.push(IncomeView { on: it.happened_on, money: it.money.clone(), evidence: it.evidence });
        }
        E::NeedRecorded(it) => view.needs.push(NeedView {
            need: it.need,
            on: it.happened_on,
            capital: it.capital,
            indicator: it.indicator.clone(),
            person: it.person,
            priority: it.priority,
            prioritised_by: None,
            dimensions: it.dimensions.clone(),
            words: it.words.as_ref().map(|words| lens.need_words(it.need, &words.text)),
            closed: None,
        }),
        E::NeedPrioritised(it) => need(view, it.need, |need| {
            need.priority = it.priority;
            need.prioritised_by = Some(it.by);
        }),
        E::NeedClosed(it) => need(view, it.need, |need| need.closed = Some(it.because)),
        E::AssistanceDelivered(it) => view.help.push(it.into()),
        E::AssistanceConfirmed(it) => help(view, it.assistance, |help| {
            help.confirmed = Some(ConfirmationView { on: it.happened_on, how: it.how, received: it.received });
        }),
        E::AssistanceReversed(it) => help(view, it.assistance, |help| help.reversed = Some(it.because)),
        E::ModelEnrolled(it) => {
            view.models.push(EnrolmentView {
                model: it.model,
                on: it.happened_on,
                left_on: None,
                left_because: None,
                results: Vec::new(),
            });
        }
        E::ModelResultRecorded(it) => {
            if let Some(enrolled) = view.models.iter_mut().rev().find(|enrolled| enrolled.model == it.model) {
                enrolled.results.push(it.into());
            }
        }
        E::ModelLeft(it) => {
            let open = view.models.iter_mut().rev().find(|enrolled| enrolled.model == it.model);
            if let Some(enrolled) = open {
                enrolled.left_on = Some(it.happened_on);
                enrolled.left_because = Some(it.because);
            }
        }
        E::GraduationProposed(it) => view.proposals.push(ProposalView {
            proposal: it.proposal,
            kind: it.kind,
            on: it.happened_on,
            proposer: it.proposer,
            verdict: it.verdict.clone(),
            decided_on: None,
            approver: None,
            declined: None,
            withdrawn: false,
        }),
        E::GraduationDeclined(it) => proposal(view, it.proposal, |proposal| {
            proposal.decided_on = Some(it.happened_on);
            proposal.declined = Some(it.reason);
        }),
        E::HouseholdGraduated(it) => proposal(view, it.proposal, |proposal| {
            proposal.decided_on = Some(it.happened_on);
            proposal.approver = Some(it.approver);
        }),
        E::SustainedSupportEntered(it) => proposal(view, it.proposal, |proposal| {
            proposal.decided_on = Some(it.happened_on);
            proposal.approver = Some(it.approver);
        }),
        E::ProposalWithdrawn(it) => proposal(view, it.proposal, |proposal| {
            proposal.decided_on = Some(it.happened_on);
            proposal.withdrawn = true;
        }),
        E::HouseholdAbsorbed(it) => view.related.absorbed.push(it.absorbed),
        E::HouseholdSplit(it) => view.related.split_off.push(it.formed),
        E::HouseholdFormedBySplit(it) => view.related.formed_from = Some(it.from),
        // Referrals, and place and people, have files of their own. The header says where the others have brought
        // the household, and the
        // timeline says each of them.
        fact => {
            living::add(view, fact, lens);
            referral::add(view, entry, lens);
        }
    }
}

fn help(view: &mut CaseView, id: AssistanceId, change: impl FnOnce(&mut HelpView)) {
    view.help.iter_mut().find(|it| it.assistance == id).map(change);
}

fn member(view: &mut CaseView, id: PersonId, change: impl FnOnce(&mut MemberView)) {
    view.members.iter_mut().find(|it| it.person == id).map(change);
}

fn need(view: &mut CaseView, id: NeedId, change: impl FnOnce(&mut NeedView)) {
    view.needs.iter_mut().find(|it| it.need == id).map(change);
}

fn proposal(view: &mut CaseView, id: ProposalId, change: impl FnOnce(&mut ProposalView)) {
    view.proposals.iter_mut().find(|it| it.proposal == id).map(change);
}

/// Leaves what an agency needs for the referrals that are open with it.
fn narrow(view: &mut CaseView, lens: &Lens, own: &BTreeSet<DocumentId>) {
    view.referrals.retain(|referral| lens.sees_referral(referral.referral) && lens.sees_agency(referral.agency));
    for referral in &mut view.referrals {
        referral.narrow(lens);
    }
    view.disclosures.retain(|it| lens.sees_referral(it.referral) && lens.sees_agency(it.agency));
    view.consents.clear();
    let needs: Vec<_> = view.referrals.iter().map(|referral| referral.need).collect();
    view.needs.retain(|need| needs.contains(&need.need));
    view.help.retain(|help| help.referral.is_some_and(|referral| lens.sees_referral(referral)));
    // Who makes up the household tells age and health; members tell sex and kin, so they show only where
    // something of a person is disclosed.
    view.composition = None;
    let personal = [
        DisclosedField::Names,
        DisclosedField::Phone,
        DisclosedField::Birth,
        DisclosedField::Health,
        DisclosedField::CitizenId,
        DisclosedField::Income,
    ];
    if !personal.into_iter().any(|field| lens.sees(field)) {
        view.members.clear();
    }
    view.score = None;
    view.next_due = None;
    contact::narrow(view);
    view.related = RelatedView::default();
    view.sources.clear();
    view.lists.clear();
    view.calls.clear();
    view.assessments.clear();
    view.incomes.clear();
    view.models.clear();
    view.notes.clear();
    living::narrow(view, own);
    view.proposals.clear();
}
