//! Everything that can be asked of a household: the list of commands, and the way to each one's rule.

use events::id::ReferralId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::accept_referral::AcceptReferral;
use super::answer_referral::{CompleteReferral, DeclineReferral, ReturnReferral};
use super::assess::{Assess, RecordIncome};
use super::assign_caseworker::AssignCaseworker;
use super::closing;
use super::deliver_assistance::DeliverAssistance;
use super::enrol::EnrolInModel;
use super::graduation::{DeclineGraduation, Graduate, ProposeGraduation};
use super::identify::Identify;
use super::make_referral::MakeReferral;
use super::members::{AddMember, RemoveMember};
use super::notes::{RecordListStatus, RecordNeed, WriteNote};
use super::overdue::NoteResponseOverdue;
use super::retract::RetractFact;
use super::state::Household;
use super::verification::{AttemptVisit, CloseUnreachable, FindNotPoor, HoldPanel, Verify, VisitHome};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// A command to a household.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
pub enum Command {
    Identify(Box<Identify>),
    RecordListStatus(RecordListStatus),
    AssignCaseworker(AssignCaseworker),
    WriteNote(WriteNote),
    AddMember(Box<AddMember>),
    RemoveMember(RemoveMember),
    AttemptVisit(AttemptVisit),
    VisitHome(VisitHome),
    HoldPanel(HoldPanel),
    Verify(Verify),
    FindNotPoor(FindNotPoor),
    CloseUnreachable(CloseUnreachable),
    Assess(Box<Assess>),
    RecordIncome(RecordIncome),
    RecordNeed(RecordNeed),
    MakeReferral(MakeReferral),
    AcceptReferral(AcceptReferral),
    DeclineReferral(DeclineReferral),
    ReturnReferral(ReturnReferral),
    CompleteReferral(CompleteReferral),
    NoteResponseOverdue(NoteResponseOverdue),
    DeliverAssistance(DeliverAssistance),
    EnrolInModel(EnrolInModel),
    ProposeGraduation(ProposeGraduation),
    DeclineGraduation(DeclineGraduation),
    Graduate(Graduate),
    RetractFact(RetractFact),
}

/// The name of a command, as it stands in the API's path and in the log's `commands`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the commands")]
pub enum Name {
    Identify,
    RecordListStatus,
    AssignCaseworker,
    WriteNote,
    AddMember,
    RemoveMember,
    AttemptVisit,
    VisitHome,
    HoldPanel,
    Verify,
    FindNotPoor,
    CloseUnreachable,
    Assess,
    RecordIncome,
    RecordNeed,
    MakeReferral,
    AcceptReferral,
    DeclineReferral,
    ReturnReferral,
    CompleteReferral,
    NoteResponseOverdue,
    DeliverAssistance,
    EnrolInModel,
    ProposeGraduation,
    DeclineGraduation,
    Graduate,
    RetractFact,
}

impl Name {
    /// All commands, in the order of a household's life.
    pub const ALL: [Self; 27] = [
        Self::Identify,
        Self::RecordListStatus,
        Self::AssignCaseworker,
        Self::WriteNote,
        Self::AddMember,
        Self::RemoveMember,
        Self::AttemptVisit,
        Self::VisitHome,
        Self::HoldPanel,
        Self::Verify,
        Self::FindNotPoor,
        Self::CloseUnreachable,
        Self::Assess,
        Self::RecordIncome,
        Self::RecordNeed,
        Self::MakeReferral,
        Self::AcceptReferral,
        Self::DeclineReferral,
        Self::ReturnReferral,
        Self::CompleteReferral,
        Self::NoteResponseOverdue,
        Self::DeliverAssistance,
        Self::EnrolInModel,
        Self::ProposeGraduation,
        Self::DeclineGraduation,
        Self::Graduate,
        Self::RetractFact,
    ];

    /// Kebab case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::RecordListStatus => "record-list-status",
            Self::AssignCaseworker => "assign-caseworker",
            Self::WriteNote => "write-note",
            Self::AddMember => "add-member",
            Self::RemoveMember => "remove-member",
            Self::AttemptVisit => "attempt-visit",
            Self::VisitHome => "visit-home",
            Self::HoldPanel => "hold-panel",
            Self::Verify => "verify",
            Self::FindNotPoor => "find-not-poor",
            Self::CloseUnreachable => "close-unreachable",
            Self::Assess => "assess",
            Self::RecordIncome => "record-income",
            Self::RecordNeed => "record-need",
            Self::MakeReferral => "make-referral",
            Self::AcceptReferral => "accept-referral",
            Self::DeclineReferral => "decline-referral",
            Self::ReturnReferral => "return-referral",
            Self::CompleteReferral => "complete-referral",
            Self::NoteResponseOverdue => "note-response-overdue",
            Self::DeliverAssistance => "deliver-assistance",
            Self::EnrolInModel => "enrol-in-model",
            Self::ProposeGraduation => "propose-graduation",
            Self::DeclineGraduation => "decline-graduation",
            Self::Graduate => "graduate",
            Self::RetractFact => "retract-fact",
        }
    }

    /// The command of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == text)
    }

    /// Reads the body of the command of this name. The error tells where in the body it went wrong.
    pub fn read(self, body: &[u8]) -> Result<Command, serde_path_to_error::Error<serde_json::Error>> {
        Ok(match self {
            Self::Identify => Command::Identify(Box::new(read(body)?)),
            Self::RecordListStatus => Command::RecordListStatus(read(body)?),
            Self::AssignCaseworker => Command::AssignCaseworker(read(body)?),
            Self::WriteNote => Command::WriteNote(read(body)?),
            Self::AddMember => Command::AddMember(Box::new(read(body)?)),
            Self::RemoveMember => Command::RemoveMember(read(body)?),
            Self::AttemptVisit => Command::AttemptVisit(read(body)?),
            Self::VisitHome => Command::VisitHome(read(body)?),
            Self::HoldPanel => Command::HoldPanel(read(body)?),
            Self::Verify => Command::Verify(read(body)?),
            Self::FindNotPoor => Command::FindNotPoor(read(body)?),
            Self::CloseUnreachable => Command::CloseUnreachable(read(body)?),
            Self::Assess => Command::Assess(Box::new(read(body)?)),
            Self::RecordIncome => Command::RecordIncome(read(body)?),
            Self::RecordNeed => Command::RecordNeed(read(body)?),
            Self::MakeReferral => Command::MakeReferral(read(body)?),
            Self::AcceptReferral => Command::AcceptReferral(read(body)?),
            Self::DeclineReferral => Command::DeclineReferral(read(body)?),
            Self::ReturnReferral => Command::ReturnReferral(read(body)?),
            Self::CompleteReferral => Command::CompleteReferral(read(body)?),
            Self::NoteResponseOverdue => Command::NoteResponseOverdue(read(body)?),
            Self::DeliverAssistance => Command::DeliverAssistance(read(body)?),
            Self::EnrolInModel => Command::EnrolInModel(read(body)?),
            Self::ProposeGraduation => Command::ProposeGraduation(read(body)?),
            Self::DeclineGraduation => Command::DeclineGraduation(read(body)?),
            Self::Graduate => Command::Graduate(read(body)?),
            Self::RetractFact => Command::RetractFact(read(body)?),
        })
    }
}

/// Reads a body as one command.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_path_to_error::Error<serde_json::Error>> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json)?;
    json.end().map_err(|error| serde_path_to_error::Error::new(serde_path_to_error::Track::new().path(), error))?;
    Ok(value)
}

impl Command {
    /// Its name.
    pub const fn name(&self) -> Name {
        match self {
            Self::Identify(_) => Name::Identify,
            Self::RecordListStatus(_) => Name::RecordListStatus,
            Self::AssignCaseworker(_) => Name::AssignCaseworker,
            Self::WriteNote(_) => Name::WriteNote,
            Self::AddMember(_) => Name::AddMember,
            Self::RemoveMember(_) => Name::RemoveMember,
            Self::AttemptVisit(_) => Name::AttemptVisit,
            Self::VisitHome(_) => Name::VisitHome,
            Self::HoldPanel(_) => Name::HoldPanel,
            Self::Verify(_) => Name::Verify,
            Self::FindNotPoor(_) => Name::FindNotPoor,
            Self::CloseUnreachable(_) => Name::CloseUnreachable,
            Self::Assess(_) => Name::Assess,
            Self::RecordIncome(_) => Name::RecordIncome,
            Self::RecordNeed(_) => Name::RecordNeed,
            Self::MakeReferral(_) => Name::MakeReferral,
            Self::AcceptReferral(_) => Name::AcceptReferral,
            Self::DeclineReferral(_) => Name::DeclineReferral,
            Self::ReturnReferral(_) => Name::ReturnReferral,
            Self::CompleteReferral(_) => Name::CompleteReferral,
            Self::NoteResponseOverdue(_) => Name::NoteResponseOverdue,
            Self::DeliverAssistance(_) => Name::DeliverAssistance,
            Self::EnrolInModel(_) => Name::EnrolInModel,
            Self::ProposeGraduation(_) => Name::ProposeGraduation,
            Self::DeclineGraduation(_) => Name::DeclineGraduation,
            Self::Graduate(_) => Name::Graduate,
            Self::RetractFact(_) => Name::RetractFact,
        }
    }

    /// The referral it is about, for the commands that answer or serve one.
    pub const fn referral(&self) -> Option<ReferralId> {
        match self {
            Self::AcceptReferral(it) => Some(it.referral),
            Self::DeclineReferral(it) => Some(it.referral),
            Self::ReturnReferral(it) => Some(it.referral),
            Self::CompleteReferral(it) => Some(it.referral),
            Self::NoteResponseOverdue(it) => Some(it.referral),
            Self::DeliverAssistance(it) => it.referral,
            Self::Identify(_)
            | Self::RecordListStatus(_)
            | Self::AssignCaseworker(_)
            | Self::WriteNote(_)
            | Self::AddMember(_)
            | Self::RemoveMember(_)
            | Self::AttemptVisit(_)
            | Self::VisitHome(_)
            | Self::HoldPanel(_)
            | Self::Verify(_)
            | Self::FindNotPoor(_)
            | Self::CloseUnreachable(_)
            | Self::Assess(_)
            | Self::RecordIncome(_)
            | Self::RecordNeed(_)
            | Self::MakeReferral(_)
            | Self::EnrolInModel(_)
            | Self::ProposeGraduation(_)
            | Self::DeclineGraduation(_)
            | Self::Graduate(_)
            | Self::RetractFact(_) => None,
        }
    }

    /// Which other aggregates the decision must see, given the household as it stands.
    pub fn needs(&self, household: &Household) -> Needs {
        match self {
            Self::Identify(it) => it.needs(),
            Self::AssignCaseworker(it) => it.needs(),
            Self::MakeReferral(it) => it.needs(),
            Self::AcceptReferral(it) => it.needs(household),
            Self::CompleteReferral(it) => it.needs(household),
            Self::EnrolInModel(it) => it.needs(),
            Self::FindNotPoor(_) | Self::CloseUnreachable(_) => closing::needs(household),
            Self::RecordListStatus(_)
            | Self::WriteNote(_)
            | Self::AddMember(_)
            | Self::RemoveMember(_)
            | Self::AttemptVisit(_)
            | Self::VisitHome(_)
            | Self::HoldPanel(_)
            | Self::Verify(_)
            | Self::Assess(_)
            | Self::RecordIncome(_)
            | Self::RecordNeed(_)
            | Self::DeclineReferral(_)
            | Self::ReturnReferral(_)
            | Self::NoteResponseOverdue(_)
            | Self::DeliverAssistance(_)
            | Self::ProposeGraduation(_)
            | Self::DeclineGraduation(_)
            | Self::Graduate(_)
            | Self::RetractFact(_) => Needs::default(),
        }
    }

    /// What follows from the command. Says why when the answer is no.
    pub fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        match self {
            Self::Identify(it) => it.decide(household, others, asked),
            Self::RecordListStatus(it) => it.decide(household, asked),
            Self::AssignCaseworker(it) => it.decide(household, others, asked),
            Self::WriteNote(it) => it.decide(household, asked),
            Self::AddMember(it) => it.decide(household, asked),
            Self::RemoveMember(it) => it.decide(household, asked),
            Self::AttemptVisit(it) => it.decide(household, asked),
            Self::VisitHome(it) => it.decide(household, asked),
            Self::HoldPanel(it) => it.decide(household, asked),
            Self::Verify(it) => it.decide(household, asked),
            Self::FindNotPoor(it) => it.decide(household, asked),
            Self::CloseUnreachable(it) => it.decide(household, asked),
            Self::Assess(it) => it.decide(household, asked),
            Self::RecordIncome(it) => it.decide(household, asked),
            Self::RecordNeed(it) => it.decide(household, asked),
            Self::MakeReferral(it) => it.decide(household, others, asked),
            Self::AcceptReferral(it) => it.decide(household, others, asked),
            Self::DeclineReferral(it) => it.decide(household, asked),
            Self::ReturnReferral(it) => it.decide(household, asked),
            Self::CompleteReferral(it) => it.decide(household, asked),
            Self::NoteResponseOverdue(it) => it.decide(household, asked),
            Self::DeliverAssistance(it) => it.decide(household, asked),
            Self::EnrolInModel(it) => it.decide(household, others, asked),
            Self::ProposeGraduation(it) => it.decide(household, asked),
            Self::DeclineGraduation(it) => it.decide(household, asked),
            Self::Graduate(it) => it.decide(household, asked),
            Self::RetractFact(it) => it.decide(household, asked),
        }
    }
}

/// Words as somebody says them, and whom they are about.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Members they are about.
    #[serde(default)]
    pub about: Vec<events::id::PersonId>,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹sealed›")
    }
}
