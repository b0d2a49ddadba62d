//! One subject per file, said in its first line, under a name that says it too.

use super::tree::{File, holds_for};

const LONGEST: usize = 500;

/// Names under which anything could stand.
const SAYS_NOTHING: [&str; 11] =
    ["common", "commons", "helper", "helpers", "manager", "managers", "misc", "types", "util", "utilities", "utils"];

fn is_short(file: &File) -> Vec<String> {
    let lines = file.text.lines().count();
    if lines > LONGEST { vec![format!("{lines} lines; split it at {LONGEST}")] } else { Vec::new() }
}

fn says_what_it_is_for(file: &File) -> Vec<String> {
    let first = file.text.lines().next().unwrap_or_default();
    if first.strip_prefix("//! ").is_some_and(|it| it.len() > 5) {
        Vec::new()
    } else {
        vec!["does not open with `//!` and a sentence".to_owned()]
    }
}

fn has_a_name_that_says_something(file: &File) -> Vec<String> {
    file.path
        .split('/')
        .map(|part| part.split('.').next().unwrap_or(part))
        .filter(|part| SAYS_NOTHING.contains(part))
        .map(|part| format!("`{part}` is no subject"))
        .collect()
}

/// A test that is skipped proves nothing, and `should_panic` is green for the wrong panic too.
fn runs_all_its_tests(file: &File) -> Vec<String> {
    let banned = [concat!("#[", "ignore"), concat!("#[", "should_panic")];
    file.code()
        .filter(|(_, line)| banned.iter().any(|it| line.contains(it)))
        .map(|(number, line)| format!("line {number}: {}", line.trim()))
        .collect()
}

#[test]
fn no_source_file_is_longer_than_500_lines() {
    holds_for(File::is_rust, is_short);
    assert!(is_short(&File::sample("src/long.rs", &"\n".repeat(500))).is_empty());
    assert_eq!(is_short(&File::sample("src/long.rs", &"\n".repeat(501))).len(), 1);
}

#[test]
fn every_source_file_opens_by_saying_what_it_is_for() {
    holds_for(File::is_rust, says_what_it_is_for);
    for bad in ["", "use a::b;\n//! Late.", "//!", "//! x", "// A comment is not enough."] {
        assert_eq!(says_what_it_is_for(&File::sample("src/lib.rs", bad)).len(), 1, "{bad}");
    }
}

#[test]
fn no_file_or_folder_has_a_name_that_says_nothing() {
    holds_for(|_| true, has_a_name_that_says_something);
    for bad in ["src/utils.rs", "events/src/helpers/mod.rs", "src/common.rs", "docs/misc.md", "src/desk/manager.rs"] {
        assert_eq!(has_a_name_that_says_something(&File::sample(bad, "")).len(), 1, "{bad}");
    }
    assert!(has_a_name_that_says_something(&File::sample("src/rules/manageress.rs", "")).is_empty());
}

#[test]
fn no_test_is_switched_off_and_none_waits_for_any_panic() {
    holds_for(File::is_rust, runs_all_its_tests);
    let bad = concat!("#[test]\n#[", "ignore]\nfn a() {}\n    #[", "should_panic(expected = \"x\")]\n");
    assert_eq!(runs_all_its_tests(&File::sample("src/a.rs", bad)).len(), 2);
}
