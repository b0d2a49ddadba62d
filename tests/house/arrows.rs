//! Which way knowledge flows: events ← projections ← src, and in src: rules ← access ← desk ← doors.

use super::tree::{File, holds_for, text_of};

/// What a part of `src` may know of this crate, and what it may not name at all.
struct Part {
    folder: &'static str,
    knows: &'static [&'static str],
    never: &'static [&'static str],
}

const PARTS: [Part; 4] = [
    Part {
        folder: "src/rules",
        knows: &["rules"],
        // No clock, no ids, no chance, no I/O, nothing to wait for.
        never: &[
            "async ",
            ".await",
            "tokio::",
            "futures::",
            "axum::",
            "projections::",
            "rand::",
            "std::fs",
            "std::net",
            "std::env",
            "std::thread",
            "events::clock::Clock",
            "events::log",
            "events::vault",
        ],
    },
    Part {
        folder: "src/access",
        knows: &["rules", "access"],
        never: &["axum::", "projections::", "tokio::", "events::log"],
    },
    Part { folder: "src/desk", knows: &["rules", "access", "desk"], never: &["axum::"] },
    Part { folder: "src/reports", knows: &["rules", "access", "reports"], never: &["axum::", "clap::", "events::log"] },
];

/// What talks to a database.
const SQL: [&str; 9] = [
    "SELECT ",
    "INSERT INTO",
    "DELETE FROM",
    "CREATE TABLE",
    "UPDATE ",
    "sqlx::",
    "rusqlite::",
    "postgres_es::",
    "sqlite_es::",
];

fn part_of(path: &str) -> Option<&'static Part> {
    PARTS.iter().find(|part| path.strip_prefix(part.folder).is_some_and(|rest| rest.starts_with('/') || rest == ".rs"))
}

/// The names that directly follow `crate::`, also inside braces.
fn modules_named(line: &str) -> Vec<&str> {
    let ident = |text: &str| text.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(text.len());
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = line.get(at + "crate::".len()..).unwrap_or_default();
        let Some(inside) = rest.strip_prefix('{') else {
            found.push(rest.split_at(ident(rest)).0);
            continue;
        };
        let mut depth = 0_u32;
        let mut expecting = true;
        for (index, letter) in inside.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => expecting = true,
                _ if expecting && letter.is_alphabetic() => {
                    let name = inside.get(index..).unwrap_or_default();
                    found.push(name.split_at(ident(name)).0);
                    expecting = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// A `use` may run over several lines; joined, it reads as one.
fn statements(file: &File) -> Vec<(usize, String)> {
    let mut statements: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in file.code() {
        let line = line.trim();
        match statements.last_mut() {
            Some((_, statement)) if open => {
                statement.push(' ');
                statement.push_str(line);
            }
            _ => statements.push((number, line.to_owned())),
        }
        let begins = ["use ", "pub use ", "pub(crate) use "].iter().any(|it| line.starts_with(it));
        open = (open || begins) && !line.contains(';');
    }
    statements
}

fn knows_only_what_it_may(file: &File) -> Vec<String> {
    let Some(part) = part_of(&file.path) else { return Vec::new() };
    let mut complaints = Vec::new();
    for (number, statement) in statements(file) {
        for module in modules_named(&statement).into_iter().filter(|it| !part.knows.contains(it)) {
            complaints.push(format!("line {number}: {} does not know `crate::{module}`", part.folder));
        }
        for word in part.never.iter().filter(|it| statement.contains(*it)) {
            complaints.push(format!("line {number}: `{}` has no place in {}", word.trim(), part.folder));
        }
    }
    complaints
}

fn leaves_databases_alone(file: &File) -> Vec<String> {
    file.code()
        .filter_map(|(number, line)| {
            SQL.iter()
                .find(|it| line.contains(*it))
                .map(|it| format!("line {number}: `{}` outside events/ and projections/", it.trim()))
        })
        .collect()
}

fn leaves_http_alone(file: &File) -> Vec<String> {
    file.code()
        .filter(|(_, line)| line.contains("axum::") || line.contains("tower_http::"))
        .map(|(number, line)| format!("line {number}: only src/web knows HTTP: {}", line.trim()))
        .collect()
}

/// The names in a section of a manifest.
fn dependencies<'a>(manifest: &'a str, sections: &[&str]) -> Vec<&'a str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = sections.contains(&line.trim());
        } else if inside && !line.starts_with('#') {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if !name.is_empty() {
                found.push(name);
            }
        }
    }
    found
}

fn depends_on(manifest: &str, sections: &[&str], banned: &[&str]) -> Vec<String> {
    dependencies(manifest, sections).into_iter().filter(|it| banned.contains(it)).map(ToOwned::to_owned).collect()
}

#[test]
fn events_know_no_reader_and_readers_know_no_door() {
    let all = ["[dependencies]", "[dev-dependencies]", "[build-dependencies]"];
    let doors = ["huean", "axum", "clap", "tower", "tower-http"];
    let events = text_of("events/Cargo.toml");
    assert!(dependencies(events, &all).len() > 5);
    assert_eq!(depends_on(events, &all, &[&doors[..], &["projections"]].concat()), [""; 0]);
    let projections = text_of("projections/Cargo.toml");
    assert!(dependencies(projections, &all).contains(&"events"));
    // The log is read through `events`; the read model is SQLite and nothing else.
    let logs = ["sqlx", "postgres-es", "sqlite-es", "cqrs-es"];
    assert_eq!(depends_on(projections, &all, &[&doors[..], &logs].concat()), [""; 0]);

    let bad = "[package]\nname = \"events\"\n[dependencies]\nprojections.workspace = true\naxum = \"0.8\"\n";
    assert_eq!(depends_on(bad, &all, &["projections", "axum"]), ["projections", "axum"]);
}

#[test]
fn the_service_itself_reaches_no_database() {
    // Tests and benches may: they damage logs and run rivals.
    let drivers = ["sqlx", "rusqlite", "postgres-es", "sqlite-es"];
    assert_eq!(depends_on(text_of("Cargo.toml"), &["[dependencies]"], &drivers), [""; 0]);
    holds_for(|it| it.is_rust() && it.path.starts_with("src/"), leaves_databases_alone);

    let bad =
        "//! Reads.\nlet rows = sqlx::query(\"SELECT 1\");\nlet q = \"INSERT INTO events\";\n// SELECT in words\n";
    assert_eq!(leaves_databases_alone(&File::sample("src/desk/load.rs", bad)).len(), 2);
}

#[test]
fn only_the_web_door_knows_http() {
    // Tests and the bench of questions ask from outside.
    let outside = ["src/web", "tests/", "benches/"];
    holds_for(|it| it.is_rust() && !outside.iter().any(|door| it.path.starts_with(door)), leaves_http_alone);
    let bad = "//! Watches.\nuse axum::Router;\n";
    assert_eq!(leaves_http_alone(&File::sample("src/watcher.rs", bad)).len(), 1);
}

#[test]
fn rules_know_no_access_access_knows_no_desk_and_the_desk_knows_no_door() {
    holds_for(|it| it.is_rust() && it.path.starts_with("src/"), knows_only_what_it_may);

    for (path, text, complaints) in [
        ("src/rules/verify.rs", "use crate::desk::Desk;", 1),
        ("src/rules/verify.rs", "use crate::{\n    rules::stage,\n    access::{self, Role},\n};", 1),
        ("src/rules.rs", "pub async fn decide() { tokio::spawn(x).await }", 3),
        ("src/rules/verify.rs", "use crate::rules::household::{Stage, web};\nuse events::facts::HomeVisited;", 0),
        ("src/access/mod.rs", "fn may(desk: &crate::desk::Desk) {}", 1),
        ("src/desk/submit.rs", "use crate::access::may;\nuse crate::web::Problem;\nuse axum::Json;", 2),
        ("src/desk/submit.rs", "use crate::{access, rules, desk};", 0),
        ("src/desktop.rs", "use crate::web::Problem;", 0),
        ("src/web/queue.rs", "use crate::desk::Desk;\nuse axum::Json;", 0),
    ] {
        let found = knows_only_what_it_may(&File::sample(path, text));
        assert_eq!(found.len(), complaints, "{path}: {text}: {found:?}");
    }
}
