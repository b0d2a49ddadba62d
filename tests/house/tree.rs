//! The files of the project as the rules see them: committed or about to be, text only.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// One text file.
#[derive(Debug)]
pub struct File {
    /// From the root of the project, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    /// A file that is nowhere: what a rule is tried on.
    pub fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|it| it == "rs")
    }

    pub fn is_markdown(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|it| it == "md")
    }

    /// The lines with their numbers, without those that are only a comment.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What git says about this tree; nothing where there is no git or no history, as in an unpacked archive.
pub fn git(arguments: &[&str]) -> Option<String> {
    let answer = Command::new("git").current_dir(root()).args(arguments).output().ok()?;
    answer.status.success().then(|| String::from_utf8_lossy(&answer.stdout).into_owned())
}

/// Every text file of the project.
pub fn files() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut paths = match git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"]) {
            Some(list) => list.split('\0').filter(|it| !it.is_empty()).map(ToOwned::to_owned).collect(),
            None => walk(),
        };
        paths.sort_unstable();
        paths.dedup();
        // A file that git still lists may be gone already, and a picture is no text.
        let read = |path: String| std::fs::read_to_string(root().join(&path)).ok().map(|text| File { path, text });
        paths.into_iter().filter_map(read).collect()
    })
}

fn walk() -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the project can be read").flatten() {
            let path = entry.path();
            if ["target", "node_modules", ".git", "huean-data"].iter().any(|it| entry.file_name() == *it) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if let Some(path) = path.strip_prefix(root()).ok().and_then(|it| it.to_str()) {
                found.push(path.replace('\\', "/"));
            }
        }
    }
    found
}

/// Runs a rule over the files it is about, of which there must be some, and shows every complaint at once.
#[track_caller]
pub fn holds_for(about: impl Fn(&File) -> bool, rule: impl Fn(&File) -> Vec<String>) {
    let looked_at: Vec<&File> = files().iter().filter(|it| about(it)).collect();
    assert!(!looked_at.is_empty(), "the rule found no file to look at");
    let complaints: Vec<String> =
        looked_at.iter().flat_map(|file| rule(file).into_iter().map(|it| format!("{}: {it}", file.path))).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The text of one file that must be there.
#[track_caller]
pub fn text_of(path: &str) -> &'static str {
    match files().iter().find(|it| it.path == path) {
        Some(file) => &file.text,
        None => panic!("{path} is missing"),
    }
}

#[test]
fn the_walk_without_git_finds_the_same_sources() {
    let mut walked = walk();
    walked.retain(|it| it.starts_with("events/src/"));
    walked.sort_unstable();
    let listed: Vec<&str> =
        files().iter().map(|it| it.path.as_str()).filter(|it| it.starts_with("events/src/")).collect();
    assert!(!listed.is_empty());
    assert_eq!(walked, listed);
}
