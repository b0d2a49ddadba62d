//! The container files say only what the program understands, and what they describe works.
//!
//! No container engine is needed: the files are parsed and compared with the program, and the rehearsal runs the same
//! scripts and commands on a PostgreSQL of its own.

mod compose;
mod dockerfile;
mod drill;
mod program;
mod rehearsal;
