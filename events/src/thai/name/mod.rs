//! Names of people and places made comparable. Nothing here changes what is stored: people keep the spelling they gave.

mod normal;

pub use normal::{normalise, sort_tokens};
