//! The JSON API against a real log, vault and read model: what a client sees, whatever it sends.

#![expect(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

mod accounts;
mod board;
mod browser;
mod bulk;
mod cases;
mod contract;
mod document;
mod duplicates;
mod errors;
mod forms;
mod fuzz;
mod gone;
mod handed_in;
mod held;
mod hidden;
mod idempotency;
mod imports;
mod instruments;
mod isolation;
mod keeping;
mod life;
mod lists;
mod looked;
mod matrix;
mod moments;
mod offices;
mod pages;
mod papers;
mod past;
mod postgres;
mod referrals;
mod reported;
mod server;
mod signing_in;
mod slips;
mod slow;
mod tasks;
mod world;
