//! Files imported by the real program: once, twice, at once, killed in the middle, on a full disk, and taken back.
//!
//! PostgreSQL tests need `HUEAN_TEST_POSTGRES`; `tests/run` sets it.

mod bad;
mod file;
mod going_in;
mod killed;
mod lists;
mod over_http;
mod place;
mod undone;
mod workbooks;
