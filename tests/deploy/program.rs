//! What the program says of itself: which arguments it takes and which variables it reads.

use std::collections::BTreeSet;
use std::process::Command;

/// The program, with no variable of ours that the caller of the test may have set.
pub fn huean() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huean"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HUEAN_") {
            command.env_remove(name);
        }
    }
    command
}

/// The help that follows these arguments; what is wrong with them if the program does not take them.
///
/// Help comes last, so that everything before it has been understood by then.
pub fn help_after(arguments: &[&str]) -> Result<String, String> {
    let answer = huean().args(arguments).arg("--help").output().map_err(|error| error.to_string())?;
    if answer.status.success() {
        Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&answer.stderr).into_owned())
    }
}

/// Every `HUEAN_…` in a text.
pub fn variables(text: &str) -> BTreeSet<&str> {
    text.split(|it: char| !it.is_ascii_uppercase() && !it.is_ascii_digit() && it != '_')
        .filter(|it| it.starts_with("HUEAN_"))
        .collect()
}

#[test]
fn an_argument_that_the_program_does_not_know_is_found() {
    assert!(help_after(&["serve"]).is_ok());
    assert!(help_after(&["serve", "--no-such-option", "x"]).is_err());
    assert!(help_after(&["no-such-command"]).is_err());
    assert_eq!(variables("[env: HUEAN_LOG=] HUEAN_LOG_X, HUEAN_LOG"), BTreeSet::from(["HUEAN_LOG", "HUEAN_LOG_X"]));
}
