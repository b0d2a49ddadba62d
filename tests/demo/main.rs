//! Does the demo tell the same stories again, all of them through the desk, and every kind of fact?

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod content;
mod fixture;
mod same_again;
mod signing_in;
mod spread;
mod watching;
mod whole;
