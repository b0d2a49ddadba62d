//! What is known of a file that somebody handed in: who, what for, how far it has come, and what became of it. None of it
//! is a personal value of the people in the file.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::area::AreaCode;
use events::facts::household::StateList;
use events::facts::staff::Scope;
use events::id::StaffId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::fault::Fault;
use crate::access::{Action, Caller, Relation, may};
use crate::import::list::Compared;
use crate::import::summary::Summary;
use crate::import::undo::Undone;
use crate::rules::staff::within;

/// So long a file is kept that was not recorded, and the rows that were rejected.
pub const FILES_FOR: Duration = Duration::days(1);
/// So long it is known what became of a file.
pub const RECORD_FOR: Duration = Duration::days(30);

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Asked {
    /// Households with their members.
    Households {
        /// Whose numbering the references are.
        source: String,
    },
    /// A list of the state.
    List {
        /// Which.
        list: StateList,
        /// Its date.
        list_date: NaiveDate,
        /// The area that it covers whole.
        area: Option<AreaCode>,
    },
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportState)]
pub enum State {
    /// It is read and judged, or waits for that. Nothing is recorded.
    Judging,
    /// It was judged: `judged` says what would become of it.
    Judged,
    /// It is being recorded.
    Recording,
    /// It was recorded to its end.
    Recorded,
    /// What it brought is being taken back.
    Undoing,
    /// All that it brought is taken back.
    Undone,
    /// It was stopped, or the service ended: asked again, it goes on.
    Stopped,
    /// It came to an early end: `fault` says why. Asked again, it goes on.
    Failed,
}

impl State {
    /// Whether somebody works on it.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Judging | Self::Recording | Self::Undoing)
    }
}

/// What became of the rows: of households, or of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportCounted)]
pub enum Counted {
    /// A file of households.
    Households(Box<Summary>),
    /// A list of the state.
    List(Compared),
}

/// All that is known of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub asked: Asked,
    /// Who handed it in.
    pub staff: StaffId,
    /// Where they worked then.
    pub scope: Scope,
    /// When.
    pub handed_in_at: DateTime<Utc>,
    /// How large it is.
    pub bytes: u64,
    /// What kind of file, for people.
    pub file: String,
    /// Whether it is a workbook; the rejected rows are one then.
    pub workbook: bool,
    /// How far it has come.
    pub state: State,
    /// The batch that its households name.
    pub batch: Option<Uuid>,
    /// What would become of it.
    pub judged: Option<Counted>,
    /// What became of it.
    pub recorded: Option<Counted>,
    /// What was taken back.
    pub undone: Option<Undone>,
    /// Why it came to an early end.
    pub fault: Option<Fault>,
    /// Whether the file itself is still kept.
    pub has_file: bool,
    /// Whether rejected rows are there to be fetched.
    pub has_rejected: bool,
}

impl Record {
    /// Whether this is who handed it in.
    pub fn is_of(&self, caller: &Caller) -> bool {
        self.staff == caller.staff
    }

    /// Whether somebody may know of it: who handed it in, and who oversees all the areas that they worked in.
    pub fn is_seen_by(&self, caller: &Caller) -> bool {
        if self.is_of(caller) {
            return true;
        }
        let oversees = may(caller.role, Action::OverseeImports, Relation::InScope).is_ok();
        let nowhere = self.scope.areas.is_empty() && self.scope.laos.is_empty();
        let (mut own, both) = (self.scope.clone(), within(&self.scope, &[&caller.scope]));
        own.areas.sort_unstable();
        own.areas.dedup();
        own.laos.sort_unstable();
        own.laos.dedup();
        oversees && !nowhere && own == both
    }

    /// Until when its files are kept at the longest.
    pub fn kept_until(&self) -> DateTime<Utc> {
        self.handed_in_at + FILES_FOR
    }
}

#[cfg(test)]
mod tests {
    use events::metadata::Channel;

    use super::*;
    use crate::access::Role;

    fn scope(areas: &[&str]) -> Scope {
        Scope { areas: areas.iter().map(|it| it.parse().unwrap()).collect(), laos: Vec::new() }
    }

    fn caller(staff: u128, role: Role, areas: &[&str]) -> Caller {
        let staff = StaffId(Uuid::from_u128(staff));
        Caller { staff, role, scope: scope(areas), agency: None, channel: Channel::Api, request: None }
    }

    #[test]
    fn a_file_is_seen_by_who_handed_it_in_and_by_those_who_oversee_all_of_their_areas() {
        let record = |areas: &[&str]| Record {
            id: Uuid::nil(),
            asked: Asked::Households { source: "x".into() },
            staff: StaffId(Uuid::from_u128(1)),
            scope: scope(areas),
            handed_in_at: DateTime::UNIX_EPOCH,
            bytes: 1,
            file: String::new(),
            workbook: false,
            state: State::Judged,
            batch: None,
            judged: None,
            recorded: None,
            undone: None,
            fault: None,
            has_file: true,
            has_rejected: false,
        };
        let two = record(&["460901", "4602"]);
        for (caller, sees) in [
            (caller(1, Role::Caseworker, &[]), true),
            (caller(2, Role::Caseworker, &["46"]), false),
            (caller(2, Role::Supervisor, &["46"]), true),
            (caller(2, Role::Supervisor, &["4609", "4602"]), true),
            (caller(2, Role::Supervisor, &["4609"]), false),
            (caller(2, Role::Supervisor, &["460201", "4609"]), false),
            (caller(2, Role::Operations, &["46"]), false),
            (caller(2, Role::Auditor, &["46"]), false),
        ] {
            assert_eq!(two.is_seen_by(&caller), sees, "{caller:?}");
        }
        assert!(!record(&[]).is_seen_by(&caller(2, Role::Supervisor, &["46"])), "no area is nobody's to oversee");
    }
}
