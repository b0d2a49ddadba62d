//! Golden files are events as they were once stored. They are added, and never changed, renamed or removed.

use super::tree::git;

const GOLDEN: [&str; 3] = [":(glob)events/golden/**", ":(glob)events/**/golden/**", ":(glob)events/**/*@*.json"];

/// The decision that froze them: before it came into the history no log had to be readable for ever.
const FROZEN_BY: &str = "docs/decisions/0006-stored-events-are-frozen.md";

/// Lines of `--name-status` that say something other than "added".
fn tampered(names: &str) -> Vec<String> {
    let mut found: Vec<String> =
        names.lines().filter(|line| !line.is_empty() && !line.starts_with("A\t")).map(ToOwned::to_owned).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn ask(arguments: &[&str]) -> Option<String> {
    git(&[arguments, &["--no-renames", "--name-status", "--"], &GOLDEN].concat())
}

#[test]
fn a_golden_file_is_never_changed_once_stored_events_are_frozen() {
    let Some(shallow) = git(&["rev-parse", "--is-shallow-repository"]) else {
        println!("no git here: the golden files could not be compared with their history");
        return;
    };
    if shallow.trim() == "true" {
        println!("a shallow clone: only the part of the history that is here is compared");
    }
    // The oldest commit that added the decision counts, so taking it out and in again moves nothing.
    let added = git(&["log", "--diff-filter=A", "--no-renames", "--format=%H", "--", FROZEN_BY]).unwrap_or_default();
    let Some(frozen_in) = added.lines().last() else {
        println!("{FROZEN_BY} is not in the history: the golden files are not frozen yet");
        return;
    };
    let history = ask(&["log", "-m", "--format=", &format!("{frozen_in}..HEAD")]).unwrap_or_default();
    let uncommitted = ask(&["diff", "HEAD"]).unwrap_or_default();
    assert_eq!(tampered(&history), [""; 0]);
    assert_eq!(tampered(&uncommitted), [""; 0]);
}

#[test]
fn a_changed_and_a_removed_golden_file_are_found() {
    let names = "A\tevents/golden/A@1.json\nM\tevents/golden/A@1.json\n\nD\tevents/golden/B@1.json\n";
    assert_eq!(tampered(names), ["D\tevents/golden/B@1.json", "M\tevents/golden/A@1.json"]);
}
