//! What do the cells of a row say? One file per kind of cell. A cell that can't be read with certainty is a reason and
//! never a guess.
//!
//! | file | cells |
//! |---|---|
//! | `codes` | the codes of the form and their Thai labels |
//! | `cells` | one cell: texts, numbers, days, codes, lists |
//! | `area` | where the household lives: a code, or names |
//! | `house` | what is said of the household, on all its rows alike |
//! | `member` | what is said of one person |

mod area;
mod cells;
pub mod codes;
mod house;
mod member;

pub use self::cells::Cells;
pub use self::house::{House, house};
pub use self::member::{MemberRow, member};
