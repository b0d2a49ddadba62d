//! Does `docs/transitions.md` say what the rules say? It shows a supervisor what may be done where a household stands:
//! made from real stories and from what every command wants to hold before it looks at a body.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use serde_json::json;

use crate::rules::household::command::Name;
use crate::rules::refusal::Text;
use crate::rules::spec::states::{State, answers, ended, open};

const INTRODUCTION: &str = "# What may be done where a household stands

Made by the test `the_page_of_transitions_is_current`; don't edit: `HUEAN_WRITE_DOCS=1 cargo test -p huean --lib transitions`.

One row per command, one column per place where a household can stand, `dissolved · referred` being dissolved at the \
stage referred; places in which every command comes to the same share a column. Each is a real story, seen by a \
supervisor who proposed nothing. `yes`: nothing stands in the way, as far as can be said before the command's body is \
read. Anything else is the rule that refuses; the last table says it in words. Who may give a command at all stands in \
`docs/access.md`.

แถวคือคำสั่ง คอลัมน์คือสถานะของครัวเรือน `yes` คือทำได้ นอกนั้นคือกฎที่ไม่อนุญาต ดูคำอธิบายในตารางสุดท้าย
";

/// What each command comes to in each state. States in which all come to the same share a column.
fn grid(text: &mut String, title: &str, states: &[State], rules: &mut BTreeMap<&'static str, Text>) {
    let names: Vec<_> = Name::ALL.into_iter().filter(|name| *name != Name::Identify).collect();
    let mut columns: Vec<(Vec<&State>, Vec<String>)> = Vec::new();
    for it in states {
        let cell = |name: &Name| match name.ready(&it.story.household, &it.story.asked()) {
            Ok(()) => "**yes**".to_owned(),
            Err(refusal) => {
                rules.entry(refusal.code()).or_insert_with(|| refusal.text());
                refusal.code().to_owned()
            }
        };
        let cells: Vec<_> = names.iter().map(cell).collect();
        match columns.iter_mut().find(|(_, known)| *known == cells) {
            Some((alike, _)) => alike.push(it),
            None => columns.push((vec![it], cells)),
        }
    }
    let _ = write!(text, "\n## {title}\n| |");
    for (alike, _) in &columns {
        let list = |say: fn(&State) -> &str| alike.iter().map(|it| say(it)).collect::<Vec<_>>().join("<br>");
        let _ = write!(text, " {}<br>{} |", list(|it| &it.th), list(|it| &it.en));
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(columns.len()));
    text.push('\n');
    for (at, name) in names.iter().enumerate() {
        let _ = write!(text, "| `{}` |", name.as_str());
        for (_, cells) in &columns {
            let _ = write!(text, " {} |", cells.get(at).map_or("", String::as_str));
        }
        text.push('\n');
    }
}

/// Where each way of opening a case again leads.
fn reopenings(text: &mut String, states: &[State]) {
    let ways = [
        ("resume-contact", json!({"by": "visit"}), "`resume-contact`"),
        ("reopen-case", json!({"because": "appeal"}), "`reopen-case` appeal"),
        ("reopen-case", json!({"because": "relapse"}), "`reopen-case` relapse"),
        ("reopen-case", json!({"because": "came_back"}), "`reopen-case` came_back"),
        ("reopen-case", json!({"because": "found_again"}), "`reopen-case` found_again"),
        ("undo-merge", json!({}), "`undo-merge`"),
    ];
    text.push_str(
        "\n## How a case opens again, and where\nStage, standing and episode afterwards. Each reopening is the next \
         episode; an undone merge is none.\nขั้น สถานะ และรอบหลังเปิดใหม่\n\n| |",
    );
    for (_, _, title) in &ways {
        let _ = write!(text, " {title} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(ways.len()));
    text.push('\n');
    for it in states {
        let case = it.story.case();
        let _ = write!(text, "| {}<br>{} ({} · {} · {}) |", it.th, it.en, case.stage, case.standing, case.episode);
        for (name, body, _) in &ways {
            let cell = answers(&it.story, name, body).map_or_else(str::to_owned, |came_to| format!("**{came_to}**"));
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
}

fn page() -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut rules = BTreeMap::new();
    let ended = ended();
    grid(&mut text, "While work goes on / ระหว่างดำเนินการ", &open(), &mut rules);
    grid(&mut text, "Once it has ended / เมื่อสิ้นสุดแล้ว", &ended, &mut rules);
    reopenings(&mut text, &ended);
    text.push_str("\n## The rules in words / คำอธิบายกฎ\nAs one of the stories above meets them.\n\n| rule | ไทย | English |\n|---|---|---|\n");
    for (code, words) in rules {
        let _ = writeln!(text, "| {code} | {} | {} |", words.th, words.en);
    }
    text
}

#[test]
fn the_page_of_transitions_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/transitions.md");
    let made = page();
    if std::env::var_os("HUEAN_WRITE_DOCS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = found.lines().zip(made.lines()).find(|(found, made)| found != made);
    assert!(
        found == made,
        "docs/transitions.md is not what the rules say; write it with HUEAN_WRITE_DOCS=1. First difference: {differs:?}"
    );
}
