//! Values as Thai offices and Thai people write them: numbers, ids, dates, names.
//!
//! Everything here is pure: no I/O and no clock, "today" is an argument. Each value reads what people write (`parse`) and has
//! exactly one form on the wire (serde, strict). Cells that may be unknown go through [`digits::known`] first.

pub mod check_digit;
pub mod citizen_id;
pub mod date;
pub mod digits;
pub mod house_code;
pub mod name;
pub mod spreadsheet;
pub mod wire;
