//! The vault against real databases: an SQLite file, and a PostgreSQL server that `tests/run` starts.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod access;
mod attaching;
mod copying;
mod erasing;
mod fixture;
mod gathering;
mod keys;
mod opening;
mod processes;
mod rotating;
mod signing_in;
