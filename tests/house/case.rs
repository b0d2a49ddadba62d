//! The page that leads from each sentence of the case to the tests that keep it: no test that it names may be gone.

use super::tree::{File, files, holds_for};

const PAGE: &str = "docs/case-and-tests.md";

/// Sentences that no code keeps so far. There are only to be fewer.
const NOT_YET: usize = 5;

/// What a line names: `path::test`.
fn named(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('`').skip(1).step_by(2).filter_map(|it| it.split_once("::"))
}

fn is_there(path: &str, test: &str) -> bool {
    let definition = format!("fn {test}(");
    files().iter().any(|file| file.path == path && file.text.contains(&definition))
}

fn names_tests_that_are_there(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in file.lines().filter(|(_, line)| line.starts_with("- ")) {
        if named(line).next().is_none() && !line.ends_with("**Not yet.**") {
            complaints.push(format!("line {number}: a sentence without a test"));
        }
        let gone = named(line).filter(|(path, test)| !is_there(path, test));
        complaints.extend(gone.map(|(path, test)| format!("line {number}: {path} has no test {test}")));
    }
    complaints
}

#[test]
fn every_sentence_of_the_case_names_tests_that_are_there() {
    holds_for(|file| file.path == PAGE, names_tests_that_are_there);

    let page = files().iter().find(|file| file.path == PAGE).expect("the page is there");
    assert!(page.lines().filter(|(_, line)| named(line).next().is_some()).count() > 100);
    let not_yet = page.lines().filter(|(_, line)| line.ends_with("**Not yet.**")).count();
    assert!(not_yet <= NOT_YET, "{not_yet} sentences are not kept, {NOT_YET} were: only fewer are taken");

    let here = "- It holds. `tests/house/case.rs::every_sentence_of_the_case_names_tests_that_are_there`";
    assert!(names_tests_that_are_there(&File::sample(PAGE, here)).is_empty());
    for bad in ["- It holds. `tests/house/case.rs::no_such_test`", "- It holds. `tests/none.rs::named`", "- It holds."]
    {
        assert_eq!(names_tests_that_are_there(&File::sample(PAGE, bad)).len(), 1, "{bad}");
    }
}
