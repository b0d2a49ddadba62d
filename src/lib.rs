//! Huean keeps one append-only history per household and derives everything else from it.
//!
//! `rules ← access ← desk ← signin ← doors`; ARCHITECTURE.md is the map.

pub mod access;
pub mod access_log;
pub mod app;
pub mod case_view;
pub mod check;
pub mod cli;
pub mod demo;
pub mod desk;
pub mod export;
mod first_start;
pub mod import;
pub mod picture;
pub mod reports;
pub mod rules;
pub mod signin;
pub mod watcher;
pub mod web;
pub mod whatif;
mod words;
