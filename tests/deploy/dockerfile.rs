//! `Dockerfile`: two stages, one program, a user without rights, and nothing of this machine.

use std::path::Path;

use serde_json::Value;

use crate::program::{help_after, variables};

/// One instruction, its continued lines joined.
pub struct Instruction {
    pub word: String,
    pub rest: String,
}

pub fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

pub fn instructions() -> Vec<Instruction> {
    parse(&read("Dockerfile"))
}

fn parse(text: &str) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
        let (part, goes_on) = line.strip_suffix('\\').map_or((line, false), |it| (it.trim_end(), true));
        match found.last_mut() {
            Some(last) if open => {
                last.rest.push(' ');
                last.rest.push_str(part);
            }
            _ => {
                let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
                found.push(Instruction { word: word.to_owned(), rest: rest.trim().to_owned() });
            }
        }
        open = goes_on;
    }
    found
}

/// What the instructions of the last stage with this word say: the only stage that is shipped.
pub fn shipped(word: &str) -> Vec<String> {
    let all = instructions();
    let last = all.iter().rposition(|it| it.word == "FROM").expect("a FROM");
    all.into_iter().skip(last).filter(|it| it.word == word).map(|it| it.rest).collect()
}

/// The list of an instruction in its exec form.
fn words(rest: &str) -> Vec<String> {
    serde_json::from_str::<Value>(rest)
        .ok()
        .and_then(|it| Some(it.as_array()?.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect()))
        .expect("a list of words, because a shell in between would keep signals from the program")
}

/// Image names without a host, with a version.
pub fn is_plain_and_pinned(image: &str) -> bool {
    image.split_once(':').is_some_and(|(name, tag)| {
        !name.contains(['/', '.'])
            && tag.starts_with(|it: char| it.is_ascii_digit() || it.is_ascii_lowercase())
            && tag != "latest"
    })
}

#[test]
fn the_image_is_built_by_the_pinned_compiler_and_ships_without_it() {
    let from: Vec<String> = instructions().into_iter().filter(|it| it.word == "FROM").map(|it| it.rest).collect();
    let [build, ship] = from.as_slice() else { panic!("two stages, not {from:?}") };
    let (compiler, stage) = build.split_once(" AS ").unwrap();
    assert!(is_plain_and_pinned(compiler) && is_plain_and_pinned(ship), "{from:?}");
    assert!(!is_plain_and_pinned("debian") && !is_plain_and_pinned("debian:latest") && !is_plain_and_pinned("a.b/c:1"));

    let version = compiler.strip_prefix("rust:").and_then(|it| it.split('-').next()).unwrap();
    let pinned = read("rust-toolchain.toml");
    assert!(pinned.contains(&format!("channel = \"{version}.")), "rust:{version} is not the pinned compiler");
    assert!(read(".dockerignore").lines().any(|it| it == "rust-toolchain.toml"), "the build would fetch a second one");
    // Both stages have the same C library.
    assert!(compiler.ends_with("-bookworm") && ship.contains("bookworm"));

    let program = env!("CARGO_BIN_EXE_huean").rsplit(['/', '\\']).next().unwrap();
    let built = instructions().into_iter().find(|it| it.word == "RUN" && it.rest.contains("cargo build")).unwrap().rest;
    assert!(built.contains(&format!("--release --locked --bin {program} ")), "{built}");
    assert!(built.contains(&format!("cp target/release/{program} /usr/local/bin/{program}")), "{built}");
    let copied = shipped("COPY");
    assert_eq!(copied, [format!("--from={stage} /usr/local/bin/{program} /usr/local/bin/{program}")]);
}

#[test]
fn the_image_runs_the_program_as_a_user_without_rights_on_a_folder_of_its_own() {
    let program = env!("CARGO_BIN_EXE_huean").rsplit(['/', '\\']).next().unwrap();
    assert_eq!(shipped("ENTRYPOINT").iter().map(|it| words(it)).collect::<Vec<_>>(), [[program]]);
    let user = shipped("USER").pop().expect("a USER");
    let (uid, gid) = user.split_once(':').expect("user and group by number, so that no file has to name them");
    assert!(uid.parse::<u32>().unwrap() >= 1000 && gid.parse::<u32>().unwrap() >= 1000);
    let data = shipped("ENV").iter().find_map(|it| it.strip_prefix("HUEAN_DATA=").map(ToOwned::to_owned)).unwrap();
    let made = format!("install -d -m 0700 -o {uid} -g {gid} {data}");
    assert!(shipped("RUN").contains(&made), "{made}");
}

#[test]
fn the_images_command_port_and_variables_are_those_of_the_program() {
    let command = words(&shipped("CMD").pop().expect("a CMD"));
    let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    let help = help_after(&arguments).unwrap_or_else(|error| panic!("{error}"));
    for set in shipped("ENV") {
        let name = set.split('=').next().unwrap();
        assert!(variables(&help).contains(name), "{name} is no variable of the program");
    }
    let port = shipped("EXPOSE").pop().expect("an EXPOSE");
    assert!(command.iter().any(|it| it.ends_with(&format!(":{port}"))), "{command:?} does not listen on {port}");
    let health = shipped("HEALTHCHECK").pop().expect("a HEALTHCHECK");
    let asked = health.split_once("CMD ").map(|(_, list)| words(list)).unwrap();
    assert_eq!(asked.last(), Some(&format!("http://127.0.0.1:{port}/healthz")));
    // What asks is installed.
    let tool = asked.first().unwrap();
    assert!(shipped("RUN").iter().any(|it| it.contains("apt-get install") && it.split(' ').any(|word| word == tool)));
}

#[test]
fn no_secret_and_no_data_gets_into_the_image() {
    let ignored = read(".dockerignore");
    for pattern in [".env", ".git", "target", "huean-data", "**/root.key", "**/*.db"] {
        assert!(ignored.lines().any(|it| it == pattern), "{pattern} would be copied");
    }
}

#[test]
fn continued_lines_and_comments_are_read_as_docker_reads_them() {
    let parsed = parse("# a\nFROM x:1 AS y\nRUN a \\\n    # between\n    && b\nCMD [\"c\"]\n");
    let seen: Vec<(&str, &str)> = parsed.iter().map(|it| (it.word.as_str(), it.rest.as_str())).collect();
    assert_eq!(seen, [("FROM", "x:1 AS y"), ("RUN", "a && b"), ("CMD", "[\"c\"]")]);
}
