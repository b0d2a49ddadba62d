//! The rules of the house, as tests: what reviewers would otherwise have to see with their eyes.
//!
//! Each rule is a function from a file to complaints. It is run over the tree, and over a small bad sample that it must
//! find, because a rule that cannot fail guards nothing.

mod arrows;
mod case;
mod documents;
mod files;
mod golden;
mod people;
mod toolchain;
mod tree;
