//! Nothing of a real person, a real machine or a real key is in any file.

use super::tree::{File, holds_for};

/// Paths that exist on one machine only. The pieces are put together here so that this file does not find itself.
const HOMES: [&str; 4] = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/tm", "p/")];

/// Hosts from which packages come: a client knows them, and a file that names one is tied to it.
const REGISTRIES: [&str; 7] = [
    concat!("static.crates", ".io"),
    concat!("index.crates", ".io"),
    concat!("pypi", ".org"),
    concat!("registry.npmjs", ".org"),
    concat!("deb.debian", ".org"),
    concat!("docker", ".io/"),
    concat!("ghcr", ".io/"),
];

const KEYS: [&str; 5] = [
    concat!("-----BEGIN ", "PRIVATE"),
    concat!("PRIVATE ", "KEY-----"),
    concat!("AK", "IA"),
    concat!("gh", "p_"),
    concat!("xox", "b-"),
];

/// Scripts and what runs in a container name system folders.
fn names_system_folders(path: &str) -> bool {
    ["tests/run", "tests/postgres", "Dockerfile", "docker-compose.yml"].contains(&path)
}

fn stands_on_no_machine(file: &File) -> Vec<String> {
    if names_system_folders(&file.path) {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for (number, line) in file.lines() {
        for home in HOMES {
            let named = line.match_indices(home).any(|(at, _)| {
                let before = line.get(..at).and_then(|it| it.chars().next_back());
                let after = line.get(at + home.len()..).and_then(|it| it.chars().next());
                !before.is_some_and(|it| it.is_alphanumeric() || "./-_}".contains(it))
                    && after.is_some_and(|it| it.is_ascii_alphanumeric() || it == '.')
            });
            if named {
                complaints.push(format!("line {number}: a path of one machine: {home}…"));
            }
        }
        complaints.extend(
            REGISTRIES.iter().filter(|it| line.contains(*it)).map(|it| format!("line {number}: names the host {it}")),
        );
    }
    complaints
}

fn holds_no_key(file: &File) -> Vec<String> {
    let name = file.name();
    let mut complaints: Vec<String> = file
        .lines()
        .filter(|(_, line)| KEYS.iter().any(|it| line.contains(it)))
        .map(|(number, _)| format!("line {number}: a key"))
        .collect();
    let endings = [".pem", ".key", ".p12", ".db", ".db-wal", ".token", ".tokens"];
    if name == ".env" || endings.iter().any(|it| name.ends_with(it)) {
        complaints.push("is a kind of file that holds keys or data".to_owned());
    }
    complaints
}

/// A number with the right check digit that any registry office but 4600 could have given to someone.
fn could_be_a_citizen(digits: &[u8]) -> bool {
    let [first, rest @ ..] = digits else { return false };
    let Some((check, body)) = digits.split_last() else { return false };
    let sum: u32 = body.iter().zip((2..=13).rev()).map(|(&digit, weight)| u32::from(digit) * weight).sum();
    // Provinces are numbered from 10, so a smaller office is nobody's.
    digits.len() == 13
        && (11 - sum % 11) % 10 == u32::from(*check)
        && (1..=8).contains(first)
        && !rest.starts_with(&[0])
        && !rest.starts_with(&[4, 6, 0, 0])
        && !PUBLISHED_VECTORS.iter().any(|it| it.bytes().map(|digit| digit - b'0').eq(digits.iter().copied()))
}

/// Three numbers that a public library publishes to test check digits with; they are nobody's name here.
const PUBLISHED_VECTORS: [&str; 3] = ["1610255800005", "1610255811112", "1610255822220"];

/// Runs of ASCII and Thai digits, dashes inside allowed, that stand alone.
fn numbers(line: &str) -> Vec<Vec<u8>> {
    let digit = |it: char| match it {
        '0'..='9' => u8::try_from(u32::from(it) - u32::from('0')).ok(),
        '๐'..='๙' => u8::try_from(u32::from(it) - u32::from('๐')).ok(),
        _ => None,
    };
    line.split(|it: char| !it.is_alphanumeric() && it != '-' && it != '_' && it != '.')
        .filter(|word| word.chars().all(|it| it == '-' || digit(it).is_some()))
        .map(|word| word.chars().filter_map(digit).collect())
        .collect()
}

fn names_no_real_person(file: &File) -> Vec<String> {
    file.lines()
        .filter(|(_, line)| numbers(line).iter().any(|it| could_be_a_citizen(it)))
        .map(|(number, _)| format!("line {number}: a citizen id outside registry office 4600"))
        .collect()
}

/// Lock files list packages and checksums that no person wrote.
fn written_by_hand(file: &File) -> bool {
    !["Cargo.lock", "package-lock.json"].contains(&file.name())
}

#[test]
fn no_file_names_a_path_or_a_host_of_one_machine() {
    holds_for(written_by_hand, stands_on_no_machine);
    for bad in [
        concat!("cd /ho", "me/noi/huean"),
        concat!("\"/tm", "p/x\""),
        concat!("/ro", "ot/.cargo"),
        concat!("https://pypi", ".org/simple"),
    ] {
        assert_eq!(stands_on_no_machine(&File::sample("docs/a.md", bad)).len(), 1, "{bad}");
    }
    for good in ["GET /households/home/x", "target/tmp/x", "$TMPDIR/tmp/x", concat!("/tm", "p")] {
        assert!(stands_on_no_machine(&File::sample("docs/a.md", good)).is_empty(), "{good}");
    }
}

#[test]
fn no_file_holds_a_key_or_a_password_file() {
    holds_for(|_| true, holds_no_key);
    assert_eq!(holds_no_key(&File::sample("a.txt", concat!("-----BEGIN ", "PRIVATE ", "KEY-----"))).len(), 1);
    for bad in ["huean-data/root.key", ".env", "log.db"] {
        assert_eq!(holds_no_key(&File::sample(bad, "")).len(), 1, "{bad}");
    }
    assert!(holds_no_key(&File::sample(".env.example", "APP_PASSWORD=")).is_empty());
}

#[test]
fn every_citizen_id_belongs_to_the_registry_office_that_does_not_exist() {
    holds_for(written_by_hand, names_no_real_person);
    // Put together here, so that no such number stands in a file.
    for (head, tail) in [("3-4607", "-00123-45-"), ("34607", "0012345"), ("๓๔๖๐๗", "๐๐๑๒๓๔๕")] {
        let found = (0..10)
            .flat_map(|check| {
                let check = if head.is_ascii() {
                    char::from(b'0' + check)
                } else {
                    char::from_u32(0x0e50 + u32::from(check)).unwrap()
                };
                names_no_real_person(&File::sample("a.rs", &format!("id: \"{head}{tail}{check}\"")))
            })
            .count();
        assert_eq!(found, 1, "of ten numbers one has the right check digit: {head}");
    }
    for check in 0..10 {
        let invented = format!("3-4600-00123-45-{check}");
        assert!(names_no_real_person(&File::sample("a.rs", &invented)).is_empty(), "{invented}");
    }
    assert!(names_no_real_person(&File::sample("a.rs", "0190b0a0-0000-7000-8000-000000000001")).is_empty());
}
