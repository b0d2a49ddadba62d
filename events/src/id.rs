//! The names of things: one type per kind of id, so that a person is never taken for a household.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta] $name:ident)*) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id that follows from another id and a word: the same input gives the same id on every node.
            pub fn derived(from: Uuid, word: &str) -> Self {
                Self(Uuid::new_v5(&from, word.as_bytes()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

id! {
    /// A household: one aggregate, one stream.
    HouseholdId
    /// A person, within the household that noted them.
    PersonId
    /// A member of staff, or the opaque id of the system that acts.
    StaffId
    /// An agency that answers referrals.
    AgencyId
    /// An operating model.
    ModelId
    /// A call to the house, whether somebody was in or not.
    VisitId
    /// A meeting of the village panel about a household.
    PanelId
    /// One filling-in of an instrument.
    AssessmentId
    /// Something a household lacks.
    NeedId
    /// A request to one agency about one need.
    ReferralId
    /// A giving of the household's data to one agency.
    DisclosureId
    /// A yes of the household to one use of its data.
    ConsentId
    /// One delivery of help.
    AssistanceId
    /// One cycle of an operating model.
    CycleId
    /// One payment of which several households get a share.
    PaymentId
    /// A proposal to graduate a household.
    ProposalId
    /// Free words written by somebody.
    NoteId
    /// A paper or file that belongs to a case.
    DocumentId
    /// A family within a household.
    FamilyId
    /// A complaint about an agency, the staff or a decision.
    ComplaintId
    /// What somebody asks under the law on personal data.
    RightsRequestId
    /// A command: sent again, it is the same command.
    CommandId
}
