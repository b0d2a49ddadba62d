//! The program `huean`: reads the command line and does what it names.

fn main() {}
