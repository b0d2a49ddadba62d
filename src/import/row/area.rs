//! Where a household lives: the code of a tambon, or names as people write them. Nothing is guessed; what is retired
//! leads to its successor, with a warning.

use events::area::directory::{AreaError, Basis, Names, Resolved, directory};
use events::area::{AreaCode, Level};

use super::Cells;
use crate::import::form::Column;
use crate::import::reason::{Reason, Warning};

/// The tambon in force, and the code that the file means where that is retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tambon {
    pub(super) code: AreaCode,
    pub(super) retired: Option<AreaCode>,
}

/// Reads it from the code, else from the names. Where both are given they may not contradict each other.
pub(super) fn tambon(cells: &mut Cells<'_>) -> Option<Tambon> {
    let names = Names {
        province: cells.said(Column::Province),
        amphoe: cells.said(Column::Amphoe),
        tambon: cells.said(Column::Tambon),
    };
    let (column, found) = match cells.said(Column::TambonCode) {
        Some(text) => match AreaCode::parse(text) {
            Ok(code) => (Column::TambonCode, directory().resolve(code)),
            Err(error) => {
                cells.unreadable(Column::TambonCode, error.code(), &error);
                return None;
            }
        },
        None => (Column::Tambon, directory().find(names)),
    };
    let resolved = match found {
        Ok(resolved) => resolved,
        Err(error) => {
            wrong(cells, column, &error);
            return None;
        }
    };
    if resolved.area.code.level() != Level::Tambon {
        cells.wrong(column, "not_a_tambon");
        return None;
    }
    // Names that go with a retired code may be the old ones.
    if column == Column::TambonCode
        && resolved.followed.is_none()
        && directory().contradiction(resolved.area.code, names).is_some()
    {
        cells.wrong(column, "area_contradicts");
        return None;
    }
    Some(kept(cells, column, resolved))
}

fn kept(cells: &mut Cells<'_>, column: Column, resolved: Resolved) -> Tambon {
    if let Some(followed) = resolved.followed {
        let warning = match followed.basis {
            Basis::Notice => Warning::AreaRetired,
            Basis::Name => Warning::AreaRetiredSuccessorByName,
        };
        cells.warn(column, warning);
    }
    Tambon { code: resolved.area.code, retired: resolved.followed.map(|it| it.code) }
}

/// The areas that may be meant stand beside the words.
fn wrong(cells: &mut Cells<'_>, column: Column, error: &AreaError) {
    let mut reason = Reason::of(cells.line(column), Some(column), error.code());
    if let AreaError::Ambiguous { candidates } | AreaError::Divided { candidates } = error {
        let meant = candidates
            .iter()
            .take(5)
            .filter_map(|code| directory().address_th(*code).map(|address| format!("{code} {address}")));
        reason = reason.saying(&meant.collect::<Vec<_>>().join(", "));
    }
    cells.reasons.push(reason);
}
