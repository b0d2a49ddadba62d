//! The events of households for researchers: what happened and in which order, to nobody who could be told by it.
//!
//! | file | question |
//! |---|---|
//! | `fields` | what becomes of each field of a fact? |
//! | `dictionary` | what does each column and field mean? (`docs/data-dictionary.md`) |
//! | `rows` | which events go out, as which rows? |

pub mod dictionary;
mod fields;
mod rows;

pub use fields::{Key, Treatment};
pub use rows::{Export, ExportError, Row, Survey};
