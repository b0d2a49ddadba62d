//! A form for every command, made from the same schema as the API's document: no command is without one.
//!
//! | file | question |
//! |---|---|
//! | `asked` | what does a command's schema ask for? |
//! | `choices` | what can be chosen where an id stands? |
//! | `field` | how does what is asked become a form, with what was typed and what was refused? |
//! | `answers` | how are the questions of an assessment asked? |
//! | `filled` | how does a body become what stands in a form from the start? |
//! | `collect` | how does what was typed become the body of a command? |

pub mod answers;
pub mod asked;
pub mod choices;
pub mod collect;
pub mod field;
pub mod filled;
#[cfg(test)]
mod tests;

pub use field::Field;
