//! Where something is: the codes of the Department of Provincial Administration (DOPA) and of local organisations.
//!
//! A tambon and a local organisation (LAO) are two geographies: in the pilot, 15 LAOs share 13 tambons.

mod code;
pub mod directory;
mod lao;
mod place;

pub use code::{AreaCode, AreaCodeError, Level};
pub use lao::{LaoCode, LaoCodeError};
pub use place::{Place, PlaceError};
