//! Names of people and places made comparable. Nothing here changes what is stored: people keep the spelling they gave.

mod alike;
mod confused;
mod normal;
mod sound;
mod title;

pub use alike::{name_similarity, similarity};
pub use confused::likeness_key;
pub use normal::{normalise, sort_tokens};
pub use sound::sounds_like;
pub use title::strip_title;
