//! Everything that can be asked of a household: the list of commands, and the way to each one's rule.

use events::id::{AgencyId, ReferralId};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use super::assessment::assess::Assess;
pub use super::assessment::close_need::CloseNeed;
pub use super::assessment::need::RecordNeed;
pub use super::assessment::prioritise_need::PrioritiseNeed;
pub use super::assessment::record_income::RecordIncome;
pub use super::assessment::rescore::RescoreAssessment;
pub use super::contact::follow_up::FollowUpVisit;
pub use super::contact::overdue::NoteContactOverdue;
pub use super::contact::plan_visit::PlanVisit;
pub use super::course::leaving::{CloseRefused, MoveAway, WithdrawIdentification};
pub use super::course::merging::MergeInto;
pub use super::course::reopening::{ReopenCase, ResumeContact};
pub use super::course::splitting::SplitHousehold;
pub use super::course::undoing::UndoMerge;
pub use super::exit::decline_graduation::DeclineGraduation;
pub use super::exit::graduate::Graduate;
pub use super::exit::post_exit::{NotePostExitCheckMissed, PostExitCheck};
pub use super::exit::propose_graduation::ProposeGraduation;
pub use super::exit::support::{EnterSustainedSupport, ProposeSustainedSupport};
pub use super::found::add_source::AddSource;
pub use super::found::assign_caseworker::AssignCaseworker;
pub use super::found::identify::Identify;
pub use super::found::list_status::RecordListStatus;
pub use super::found::unassign_caseworker::UnassignCaseworker;
pub use super::help::confirm_assistance::ConfirmAssistance;
pub use super::help::deliver_assistance::DeliverAssistance;
pub use super::help::enrol::EnrolInModel;
pub use super::help::leave_model::LeaveModel;
pub use super::help::model_result::RecordModelResult;
pub use super::help::reverse_assistance::ReverseAssistance;
pub use super::people::add_member::AddMember;
pub use super::people::change_head::ChangeHead;
pub use super::people::change_residence::ChangeResidenceStatus;
pub use super::people::correct_member::CorrectMember;
pub use super::people::death::RecordDeath;
pub use super::people::dissolve::Dissolve;
pub use super::people::group_family::GroupFamily;
pub use super::people::remove_member::RemoveMember;
pub use super::people::same_person::{NoteSamePerson, RejectSamePerson};
pub use super::place::address::{CorrectAddress, RecordAddress};
pub use super::place::house_code::RecordHouseCode;
pub use super::place::move_within_area::MoveWithinArea;
pub use super::record::document::AttachDocument;
pub use super::record::note::WriteNote;
pub use super::record::retract::RetractFact;
pub use super::referral::accept_referral::AcceptReferral;
pub use super::referral::complete_referral::CompleteReferral;
pub use super::referral::consent::{GiveConsent, WithdrawConsent};
pub use super::referral::decline_referral::DeclineReferral;
pub use super::referral::delivery_overdue::NoteDeliveryOverdue;
pub use super::referral::escalate::EscalateReferral;
pub use super::referral::extend_deadline::ExtendDeadline;
pub use super::referral::make_referral::MakeReferral;
pub use super::referral::remind::RemindAgency;
pub use super::referral::reroute::RerouteReferral;
pub use super::referral::response_overdue::NoteResponseOverdue;
pub use super::referral::resubmit::ResubmitReferral;
pub use super::referral::return_referral::ReturnReferral;
pub use super::referral::take_back::TakeBackAcceptance;
pub use super::referral::withdraw::WithdrawReferral;
use super::rule::{OfCommand, Rule};
use super::state::Household;
pub use super::survey::attempt_visit::AttemptVisit;
pub use super::survey::find_not_poor::FindNotPoor;
pub use super::survey::panel::HoldPanel;
pub use super::survey::unreachable::CloseUnreachable;
pub use super::survey::verify::Verify;
pub use super::survey::visit_home::VisitHome;
pub use super::voice::complaint::{AnswerComplaint, NoteComplaintOverdue, ReceiveComplaint};
pub use super::voice::erasure::ErasePersonalData;
pub use super::voice::rights::{AnswerRightsRequest, LiftRestriction, NoteRightsRequestOverdue, ReceiveRightsRequest};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Writes the two enums and the ways through them from one list, so that no list can forget a command.
macro_rules! commands {
    ($($name:ident($body:ty) = $kebab:literal,)*) => {
        /// A command to a household.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(untagged)]
        #[expect(missing_docs, reason = "each variant wraps the struct that says what it is")]
        pub enum Command {
            $($name($body),)*
        }

        /// The name of a command, as it stands in the API's path and in the log's `commands`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names are those of the commands")]
        pub enum Name {
            $($name,)*
        }

        impl Name {
            /// All commands, in the order of a household's life.
            pub const ALL: [Self; [$($kebab),*].len()] = [$(Self::$name,)*];

            /// Kebab case.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $kebab,)*
                }
            }

            /// The facts of the household that it can record, by stored name.
            pub const fn records(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => <$name as Rule>::RECORDS,)*
                }
            }

            /// The facts of agencies, models and other households that it can record in the same append.
            pub const fn records_beside(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => <$name as Rule>::BESIDE,)*
                }
            }

            /// What must hold of the household before anything in the body matters.
            pub fn ready(self, household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
                match self {
                    $(Self::$name => <$name as Rule>::ready(household, asked),)*
                }
            }

            /// Does something with the command's type.
            pub fn with<V: OfCommand>(self, visitor: V) -> V::Answer {
                match self {
                    $(Self::$name => visitor.of::<$name>(),)*
                }
            }

            /// Reads the body of the command of this name. The error tells where in the body it went wrong.
            pub fn read(self, body: &[u8]) -> Result<Command, serde_path_to_error::Error<serde_json::Error>> {
                Ok(match self {
                    $(Self::$name => Command::$name(read(body)?),)*
                })
            }
        }

        impl Command {
            /// Its name.
            pub const fn name(&self) -> Name {
                match self {
                    $(Self::$name(_) => Name::$name,)*
                }
            }

            /// The referral it is about, for the commands that answer or serve one.
            pub fn referral(&self) -> Option<ReferralId> {
                match self {
                    $(Self::$name(it) => it.referral(),)*
                }
            }

            /// The agency in whose name it is done, for the commands that are an agency's answer.
            pub fn answers_for(&self, household: &Household) -> Option<AgencyId> {
                match self {
                    $(Self::$name(it) => it.answers_for(household),)*
                }
            }

            /// Which other aggregates the decision must see, given the household as it stands.
            pub fn needs(&self, household: &Household) -> Needs {
                match self {
                    $(Self::$name(it) => it.needs(household),)*
                }
            }

            /// What follows from the command. Says why when the answer is no.
            pub fn decide(
                &self,
                household: &Household,
                others: &Others,
                asked: &Asked<'_>,
            ) -> Result<Decision, Refusal> {
                match self {
                    $(Self::$name(it) => it.decide(household, others, asked),)*
                }
            }
        }
    };
}

commands! {
    Identify(Box<Identify>) = "identify",
    AddSource(AddSource) = "add-source",
    RecordListStatus(RecordListStatus) = "record-list-status",
    AssignCaseworker(AssignCaseworker) = "assign-caseworker",
    UnassignCaseworker(UnassignCaseworker) = "unassign-caseworker",
    RecordAddress(Box<RecordAddress>) = "record-address",
    CorrectAddress(Box<CorrectAddress>) = "correct-address",
    MoveWithinArea(Box<MoveWithinArea>) = "move-within-area",
    RecordHouseCode(RecordHouseCode) = "record-house-code",
    WriteNote(WriteNote) = "write-note",
    AttachDocument(AttachDocument) = "attach-document",
    ReceiveComplaint(ReceiveComplaint) = "receive-complaint",
    AnswerComplaint(AnswerComplaint) = "answer-complaint",
    NoteComplaintOverdue(NoteComplaintOverdue) = "note-complaint-overdue",
    ReceiveRightsRequest(ReceiveRightsRequest) = "receive-rights-request",
    AnswerRightsRequest(AnswerRightsRequest) = "answer-rights-request",
    NoteRightsRequestOverdue(NoteRightsRequestOverdue) = "note-rights-request-overdue",
    LiftRestriction(LiftRestriction) = "lift-restriction",
    ErasePersonalData(ErasePersonalData) = "erase-personal-data",
    AddMember(Box<AddMember>) = "add-member",
    RemoveMember(RemoveMember) = "remove-member",
    RecordDeath(RecordDeath) = "record-death",
    CorrectMember(Box<CorrectMember>) = "correct-member",
    ChangeResidenceStatus(ChangeResidenceStatus) = "change-residence-status",
    ChangeHead(ChangeHead) = "change-head",
    GroupFamily(GroupFamily) = "group-family",
    NoteSamePerson(NoteSamePerson) = "note-same-person",
    RejectSamePerson(RejectSamePerson) = "reject-same-person",
    Dissolve(Dissolve) = "dissolve",
    AttemptVisit(AttemptVisit) = "attempt-visit",
    VisitHome(VisitHome) = "visit-home",
    PlanVisit(PlanVisit) = "plan-visit",
    FollowUpVisit(FollowUpVisit) = "follow-up-visit",
    NoteContactOverdue(NoteContactOverdue) = "note-contact-overdue",
    HoldPanel(HoldPanel) = "hold-panel",
    Verify(Verify) = "verify",
    FindNotPoor(FindNotPoor) = "find-not-poor",
    CloseUnreachable(CloseUnreachable) = "close-unreachable",
    CloseRefused(CloseRefused) = "close-refused",
    MoveAway(MoveAway) = "move-away",
    WithdrawIdentification(WithdrawIdentification) = "withdraw-identification",
    ResumeContact(ResumeContact) = "resume-contact",
    ReopenCase(ReopenCase) = "reopen-case",
    MergeInto(MergeInto) = "merge-into",
    UndoMerge(UndoMerge) = "undo-merge",
    SplitHousehold(SplitHousehold) = "split-household",
    Assess(Box<Assess>) = "assess",
    RescoreAssessment(RescoreAssessment) = "rescore-assessment",
    RecordIncome(RecordIncome) = "record-income",
    RecordNeed(RecordNeed) = "record-need",
    GiveConsent(GiveConsent) = "give-consent",
    WithdrawConsent(WithdrawConsent) = "withdraw-consent",
    PrioritiseNeed(PrioritiseNeed) = "prioritise-need",
    CloseNeed(CloseNeed) = "close-need",
    MakeReferral(MakeReferral) = "make-referral",
    AcceptReferral(AcceptReferral) = "accept-referral",
    DeclineReferral(DeclineReferral) = "decline-referral",
    ReturnReferral(ReturnReferral) = "return-referral",
    TakeBackAcceptance(TakeBackAcceptance) = "take-back-acceptance",
    ResubmitReferral(ResubmitReferral) = "resubmit-referral",
    RerouteReferral(RerouteReferral) = "reroute-referral",
    EscalateReferral(EscalateReferral) = "escalate-referral",
    RemindAgency(RemindAgency) = "remind-agency",
    ExtendDeadline(ExtendDeadline) = "extend-deadline",
    WithdrawReferral(WithdrawReferral) = "withdraw-referral",
    CompleteReferral(CompleteReferral) = "complete-referral",
    NoteResponseOverdue(NoteResponseOverdue) = "note-response-overdue",
    NoteDeliveryOverdue(NoteDeliveryOverdue) = "note-delivery-overdue",
    DeliverAssistance(DeliverAssistance) = "deliver-assistance",
    ConfirmAssistance(ConfirmAssistance) = "confirm-assistance",
    ReverseAssistance(ReverseAssistance) = "reverse-assistance",
    EnrolInModel(EnrolInModel) = "enrol-in-model",
    RecordModelResult(RecordModelResult) = "record-model-result",
    LeaveModel(LeaveModel) = "leave-model",
    ProposeGraduation(ProposeGraduation) = "propose-graduation",
    DeclineGraduation(DeclineGraduation) = "decline-graduation",
    Graduate(Graduate) = "graduate",
    ProposeSustainedSupport(ProposeSustainedSupport) = "propose-sustained-support",
    EnterSustainedSupport(EnterSustainedSupport) = "enter-sustained-support",
    PostExitCheck(PostExitCheck) = "post-exit-check",
    NotePostExitCheckMissed(NotePostExitCheckMissed) = "note-post-exit-check-missed",
    RetractFact(RetractFact) = "retract-fact",
}

impl Name {
    /// The command of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == text)
    }
}

/// Reads a body as one command.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_path_to_error::Error<serde_json::Error>> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json)?;
    json.end().map_err(|error| serde_path_to_error::Error::new(serde_path_to_error::Track::new().path(), error))?;
    Ok(value)
}
