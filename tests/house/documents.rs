//! Documents name only what exists, and a decision says what would change it.

use super::tree::{File, files, holds_for, root};

const PARTS_OF_A_DECISION: [&str; 4] =
    ["## Context", "## Decision", "## Consequences", "## What would change our mind"];

/// A decision is one page.
const LONGEST_DECISION: usize = 60;

/// Folders that a document means when it names a path.
const FOLDERS: [&str; 8] = [".ci/", "benches/", "docs/", "events/", "projections/", "src/", "tests/", "deploy/"];

fn is_a_decision(file: &File) -> bool {
    file.path.starts_with("docs/decisions/")
}

fn says_why_and_until_when(file: &File) -> Vec<String> {
    let name = file.name();
    let mut complaints = Vec::new();
    let numbered = name.split_once('-').is_some_and(|(number, _)| number.len() == 4 && number.parse::<u16>().is_ok());
    if !numbered || !file.is_markdown() {
        complaints.push("is not named like 0001-what-was-decided.md".to_owned());
    }
    let mut rest = file.text.as_str();
    for part in PARTS_OF_A_DECISION {
        match rest.split_once(&format!("\n{part}\n")) {
            Some((_, after)) if !after.trim_start().is_empty() && !after.trim_start().starts_with("## ") => {
                rest = after;
            }
            _ => complaints.push(format!("has no `{part}` in its place, with something under it")),
        }
    }
    let lines = file.text.lines().count();
    if lines > LONGEST_DECISION {
        complaints.push(format!("{lines} lines are more than one page of {LONGEST_DECISION}"));
    }
    complaints
}

/// The words that a document sets as code, and the targets of its links.
fn paths_named(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let code: Vec<&str> = if fenced { vec![line] } else { line.split('`').skip(1).step_by(2).collect() };
        for word in code.into_iter().flat_map(str::split_whitespace) {
            let word = word.trim_matches(|it: char| "\"'(),;:".contains(it));
            let word = word.strip_prefix("./").unwrap_or(word).trim_end_matches('.');
            // Words with a hole in them stand for many paths.
            if FOLDERS.iter().any(|it| word.starts_with(it)) && !word.contains(['<', '*', '…', '{', '$']) {
                found.push((number, word.split(':').next().unwrap_or(word).to_owned()));
            }
        }
        if !fenced {
            for target in line.split("](").skip(1).filter_map(|it| it.split(')').next()) {
                let target = target.split('#').next().unwrap_or_default();
                if !target.is_empty() && !target.contains(':') {
                    found.push((number, beside(&file.path, target)));
                }
            }
        }
    }
    found
}

/// A link's target as a path from the root.
fn beside(document: &str, target: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn names_only_what_exists(file: &File) -> Vec<String> {
    paths_named(file)
        .into_iter()
        .filter(|(_, path)| !root().join(path).exists())
        .map(|(number, path)| format!("line {number}: there is no {path}"))
        .collect()
}

#[test]
fn a_decision_says_why_what_follows_and_what_would_change_it() {
    holds_for(is_a_decision, says_why_and_until_when);

    let good = "# Title\n\n## Context\nA\n\n## Decision\nB\n\n## Consequences\nC\n\n## What would change our mind\nD\n";
    assert!(says_why_and_until_when(&File::sample("docs/decisions/0001-a.md", good)).is_empty());
    let no_reason = good.replace("## What would change our mind\nD\n", "");
    assert_eq!(says_why_and_until_when(&File::sample("docs/decisions/0001-a.md", &no_reason)).len(), 1);
    let hollow = good.replace("\nB\n", "\n");
    assert_eq!(says_why_and_until_when(&File::sample("docs/decisions/0001-a.md", &hollow)).len(), 1);
    let long = good.replace('A', &"A\n".repeat(60));
    assert_eq!(says_why_and_until_when(&File::sample("docs/decisions/0001-a.md", &long)).len(), 1);
    assert_eq!(says_why_and_until_when(&File::sample("docs/decisions/two.md", good)).len(), 1);
}

#[test]
fn decisions_are_numbered_without_gaps_or_doubles() {
    let numbers: Vec<usize> =
        files().iter().filter(|it| is_a_decision(it)).filter_map(|it| it.name().get(..4)?.parse().ok()).collect();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
}

#[test]
fn documents_name_only_paths_that_exist() {
    holds_for(File::is_markdown, names_only_what_exists);

    for bad in [
        "Run `tests/no-such-script --fast`.",
        "```sh\n./tests/no-such-script\n```",
        "[why](docs/decisions/9999-none.md)",
    ] {
        assert_eq!(names_only_what_exists(&File::sample("README.md", bad)).len(), 1, "{bad}");
    }
    for good in ["Run `tests/run -p events`.", "[why](#why)", "`events/golden/<event>@<version>.json`", "tests/none"] {
        assert!(names_only_what_exists(&File::sample("README.md", good)).is_empty(), "{good}");
    }
    assert_eq!(beside("docs/decisions/0001-a.md", "../glossary.md"), "docs/glossary.md");
}
