//! Files handed in over the wire: judged, recorded and taken back like those of the command line, seen by whom they
//! concern, gone when they are done with.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::body::Body;
use events::thai::citizen_id::CitizenId;
use serde_json::Value;
use uuid::Uuid;

use super::world::{Answer, World};

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEADING: &str = "household_ref,tambon_code,house_no,sources,member_no,given_name,family_name,citizen_id,relation,\
                       residence_status";
/// Nobody else is called so.
const CANARY: &str = "คานารีนำเข้า";

fn row(household: usize, given_name: &str, residence: &str) -> String {
    let id = CitizenId::invented(1, u32::try_from(household).unwrap()).dashed();
    format!("K{household:05},460901,25/2,village_leader,1,{given_name},สมมุติ,{id},head,{residence}")
}

fn file(rows: &[String]) -> Vec<u8> {
    format!("{HEADING}\n{}\n", rows.join("\n")).into_bytes()
}

fn sound(households: usize) -> Vec<u8> {
    file(&(1..=households).map(|it| row(it, "ตัวอย่าง", "registered_and_living")).collect::<Vec<_>>())
}

/// Three households that can go in, and one that can't.
fn three_and_one() -> Vec<u8> {
    let mut rows: Vec<String> = (1..=3).map(|it| row(it, "ตัวอย่าง", "registered_and_living")).collect();
    rows.push(row(4, CANARY, "somewhere"));
    file(&rows)
}

impl World {
    async fn hand_in(&self, who: &str, query: &str, media: &str, bytes: Vec<u8>) -> Answer {
        let headers = [("content-type", media), ("accept-language", "en")];
        self.call(who, "POST", &format!("/imports{query}"), &headers, Body::from(bytes)).await
    }

    /// The path of a file that was taken.
    async fn taken(&self, who: &str, query: &str, media: &str, bytes: Vec<u8>) -> String {
        let answer = self.hand_in(who, query, media, bytes).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.header("location").strip_prefix("/api/v1").unwrap().to_owned()
    }

    async fn ask(&self, who: &str, path: &str, what: &str) -> Answer {
        self.call(who, "POST", &format!("{path}/{what}"), &[("accept-language", "en")], Body::empty()).await
    }

    /// An import when nobody works on it any more.
    async fn settled(&self, who: &str, path: &str) -> Value {
        let began = Instant::now();
        loop {
            let import = self.get(who, path).await.ok().body;
            if !["judging", "recording", "undoing"].contains(&import["state"].as_str().unwrap()) {
                return import;
            }
            assert!(began.elapsed() < Duration::from_mins(2), "{import}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn done(&self, who: &str, path: &str, what: &str) -> Value {
        let answer = self.ask(who, path, what).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        self.settled(who, path).await
    }

    /// How many households the read model holds, when it holds all that is recorded: that may take it a while.
    async fn households_in_all(&self) -> Value {
        let head = self.log.head().await.unwrap().position;
        self.read_model.after(head, Duration::from_mins(2)).await.unwrap();
        self.get("caseworker", "/households").await.ok().body["total"].clone()
    }

    fn kept_files(&self) -> Vec<PathBuf> {
        let folder = self.log_file().with_file_name("imports");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        files
    }

    fn files_besides_records(&self) -> Vec<PathBuf> {
        self.kept_files().into_iter().filter(|it| it.extension().is_none_or(|it| it != "json")).collect()
    }
}

async fn goes_in_and_out(world: &World) {
    let before = world.log.head().await.unwrap();
    let path = world.taken("caseworker", "?source=register", CSV, three_and_one()).await;
    let judged = world.settled("caseworker", &path).await;
    assert_eq!(
        (&judged["state"], &judged["file"], &judged["source"]),
        (&"judged".into(), &"CSV, UTF-8".into(), &"register".into())
    );
    let counts = &judged["judged"]["households"];
    assert_eq!((&counts["imported"]["households"], &counts["rejected"]["rows"]), (&3.into(), &1.into()), "{judged}");
    assert_eq!(counts["row_errors"][0]["line"], 5);
    assert_eq!(
        (&counts["row_errors"][0]["column"], &counts["row_errors"][0]["code"]),
        (&"residence_status".into(), &"code_unknown".into())
    );
    assert_eq!(world.log.head().await.unwrap(), before, "looking records nothing");
    let rejected = world.get("caseworker", &format!("{path}/rejected")).await.ok();
    assert!(rejected.text.contains(CANARY) && rejected.text.contains("code_unknown"), "{}", rejected.text);
    assert_eq!(rejected.header("content-type"), "text/csv; charset=utf-8");

    let recorded = world.done("caseworker", &path, "commit").await;
    assert_eq!(
        (&recorded["state"], &recorded["has_file"], &recorded["has_rejected"]),
        (&"recorded".into(), &false.into(), &true.into())
    );
    assert_eq!(recorded["recorded"]["households"]["imported"]["households"], 3, "{recorded}");
    assert_eq!(world.get_fresh("caseworker", "/households").await.ok().body["total"], 3);
    assert_eq!(world.ask("caseworker", &path, "commit").await.problem(422), "import_file_gone");
    let events = world.log.read(before.position, 200).await.unwrap();
    let brought: Vec<_> = events.iter().filter(|it| it.event_type == "HouseholdIdentified").collect();
    for event in &brought {
        let said = |name: &str| event.metadata.get(name).map(String::as_str);
        assert_eq!((said("channel"), said("batch")), (Some("import"), recorded["batch"].as_str()), "{event:?}");
    }
    assert_eq!(brought.len(), 3);

    // What was rejected is corrected and goes in; the rest is known.
    let corrected = rejected.text.replace("somewhere", "registered_and_living").into_bytes();
    let second = world.taken("caseworker", "?source=register", CSV, corrected).await;
    world.settled("caseworker", &second).await;
    let recorded = world.done("caseworker", &second, "commit").await;
    assert_eq!(recorded["recorded"]["households"]["imported"]["households"], 1, "{recorded}");

    // Taken back by who may: all of the first file, and nothing of the second.
    assert_eq!(world.ask("caseworker", &path, "undo").await.problem(403), "role_may_not");
    let undone = world.done("supervisor", &path, "undo").await;
    assert_eq!((&undone["state"], &undone["undone"]["withdrawn"]), (&"undone".into(), &3.into()), "{undone}");
    // To open them again takes who may open a case again.
    let third = world.taken("caseworker", "?source=register", CSV, three_and_one()).await;
    let judged = world.settled("caseworker", &third).await;
    assert_eq!(judged["judged"]["households"]["reasons"]["role_may_not"], 3, "{judged}");
    let third = world.taken("supervisor", "?source=register", CSV, three_and_one()).await;
    let judged = world.settled("supervisor", &third).await;
    assert_eq!(judged["judged"]["households"]["again"]["households"], 3, "{judged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_handed_in_judged_recorded_and_taken_back() {
    goes_in_and_out(&World::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_handed_in_judged_recorded_and_taken_back_on_postgresql() {
    goes_in_and_out(&World::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_reads_a_file_and_only_who_oversees_the_areas_sees_how_it_stands() {
    let world = World::new().await;
    let path = world.taken("caseworker", "?source=canary-source", CSV, three_and_one()).await;
    world.settled("caseworker", &path).await;
    let id = path.rsplit('/').next().unwrap();
    let none = format!("/imports/{}", Uuid::from_u128(0x404));
    for who in ["colleague", "stranger", "strange_supervisor"] {
        for tail in ["", "/rejected"] {
            let (foreign, unknown) =
                (world.get(who, &format!("{path}{tail}")).await, world.get(who, &format!("{none}{tail}")).await);
            assert_eq!(
                (foreign.problem(404), unknown.problem(404)),
                ("no_such_import", "no_such_import"),
                "{who}{tail}"
            );
        }
        for what in ["judge", "commit", "discard"] {
            assert_eq!(world.ask(who, &path, what).await.problem(404), "no_such_import", "{who} {what}");
        }
        let list = world.get(who, "/imports").await.ok();
        assert!(!list.text.contains(id) && !list.text.contains("canary-source"), "{who}: {}", list.text);
    }
    assert_eq!(world.ask("strange_supervisor", &path, "undo").await.problem(404), "no_such_import");
    for who in ["officer", "operations", "auditor", "far_auditor", "researcher", "administrator"] {
        for answer in [
            world.get(who, "/imports").await,
            world.get(who, &path).await,
            world.get(who, &format!("{path}/rejected")).await,
            world.ask(who, &path, "commit").await,
            world.hand_in(who, "", CSV, sound(1)).await,
        ] {
            assert_eq!(answer.problem(403), "role_may_not", "{who}");
            assert!(!answer.text.contains(CANARY) && !answer.text.contains("canary-source"));
        }
    }
    // Who oversees the areas sees counts, and no row.
    let seen = world.get("supervisor", &path).await.ok();
    assert!(seen.body["is_yours"] == false && !seen.text.contains(CANARY), "{}", seen.text);
    assert_eq!(world.get("supervisor", &format!("{path}/rejected")).await.problem(403), "not_your_import");
    for what in ["judge", "commit", "discard"] {
        assert_eq!(world.ask("supervisor", &path, what).await.problem(403), "not_your_import");
    }
    assert!(world.get("supervisor", "/imports").await.ok().text.contains(id));
    // A household outside the sender's areas is rejected as if it came alone.
    let foreign = file(&[row(9, "ตัวอย่าง", "registered_and_living").replace("460901", "460201")]);
    let path = world.taken("caseworker", "", CSV, foreign).await;
    let judged = world.settled("caseworker", &path).await;
    assert_eq!(judged["judged"]["households"]["reasons"]["out_of_scope"], 1, "{judged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_file_is_told_what_is_wrong_with_it_and_is_not_kept() {
    let world = World::new().await;
    let before = world.log.head().await.unwrap();
    let good = String::from_utf8(sound(2)).unwrap();
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("file_empty", Vec::new()),
        ("heading_only", format!("{HEADING}\n").into_bytes()),
        ("wrong_delimiter", good.replace(',', ";").into_bytes()),
        ("columns_missing", good.replace("member_no", "number").into_bytes()),
        ("column_twice", good.replace("house_no", "ชื่อ").into_bytes()),
        ("too_many_columns", format!("{HEADING}{}\n", ",x".repeat(400)).into_bytes()),
        ("row_too_long", [b"a,\"".to_vec(), vec![b'x'; 6 << 20]].concat()),
        ("utf_16", vec![0xff, 0xfe, b'h', 0]),
        ("workbook_old", vec![0xd0, 0xcf, 0x11, 0xe0, 0, 0]),
        ("workbook_damaged", b"PK\x03\x04....".to_vec()),
    ];
    for (code, bytes) in table {
        let answer = world.hand_in("caseworker", "", CSV, bytes.clone()).await;
        assert_eq!(answer.problem(422), code);
        assert_eq!(answer.body["type"], "urn:huean:problem:bad-file");
        let headers = [("content-type", CSV), ("accept-language", "th")];
        let thai = world.call("caseworker", "POST", "/imports", &headers, Body::from(bytes)).await;
        let detail = thai.body["detail"].as_str().unwrap();
        assert!(detail.chars().any(|c| ('ก'..='๛').contains(&c)), "{code}: {detail}");
    }
    let media = world.hand_in("caseworker", "", "application/json", sound(1)).await;
    assert_eq!(media.problem(415), "not_a_file");
    let headers = [("content-type", CSV), ("content-length", "600000000")];
    let large = world.call("caseworker", "POST", "/imports", &headers, Body::empty()).await;
    assert_eq!(large.problem(413), "file_too_large");
    for (query, fields) in [
        ("?kind=cats", vec![("/query/kind", "unknown_value")]),
        ("?kind=list", vec![("/query/list", "missing"), ("/query/list_date", "missing")]),
        ("?kind=list&list=bmn&list_date=2027-01-01", vec![("/query/list_date", "in_the_future")]),
        ("?list=bmn", vec![("/query/list", "unknown_parameter")]),
    ] {
        let answer = world.hand_in("caseworker", query, CSV, sound(1)).await;
        assert_eq!((answer.problem(422), answer.fields()), ("invalid_fields", fields), "{query}");
    }
    assert_eq!(world.kept_files(), Vec::<PathBuf>::new(), "nothing of them is kept");
    assert_eq!(world.log.head().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_through_its_states_in_order_and_one_person_keeps_five() {
    let world = World::new().await;
    let path = world.taken("caseworker", "", CSV, three_and_one()).await;
    world.settled("caseworker", &path).await;
    assert_eq!(world.ask("supervisor", &path, "undo").await.problem(422), "nothing_to_undo");
    for nth in 1..5 {
        let more = world.taken("caseworker", "", CSV, sound(nth)).await;
        world.settled("caseworker", &more).await;
    }
    assert_eq!(world.hand_in("caseworker", "", CSV, sound(9)).await.problem(422), "too_many_imports");
    let clean = world.taken("supervisor", "", CSV, sound(1)).await;
    world.settled("supervisor", &clean).await;
    assert_eq!(world.get("supervisor", &format!("{clean}/rejected")).await.problem(422), "nothing_rejected");
    let gone = world.done("caseworker", &path, "discard").await;
    assert_eq!((&gone["has_file"], &gone["has_rejected"]), (&false.into(), &false.into()));
    assert_eq!(world.ask("caseworker", &path, "commit").await.problem(422), "import_file_gone");
    assert_eq!(world.get("caseworker", "/imports").await.ok().body["total"], 5);
    world.taken("caseworker", "", CSV, sound(9)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_their_owners_alone_and_gone_after_a_day() {
    let world = World::new().await;
    let path = world.taken("caseworker", "", CSV, three_and_one()).await;
    world.settled("caseworker", &path).await;
    let files = world.kept_files();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in &files {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    let folder = files[0].parent().unwrap();
    assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    let record = files.iter().find(|it| it.extension().is_some_and(|it| it == "json")).unwrap();
    assert!(!std::fs::read_to_string(record).unwrap().contains(CANARY), "what is known of a file names nobody in it");

    world.clock.set(world.clock.now() + chrono::Duration::hours(23));
    assert_eq!(world.get("caseworker", &path).await.ok().body["has_file"], true);
    world.clock.set(world.clock.now() + chrono::Duration::hours(2));
    let after = world.get("caseworker", &path).await.ok().body;
    assert_eq!((&after["has_file"], &after["has_rejected"]), (&false.into(), &false.into()));
    assert_eq!(world.files_besides_records(), Vec::<PathBuf>::new());
    assert_eq!(world.get("caseworker", &format!("{path}/rejected")).await.problem(422), "import_file_gone");
    world.clock.set(world.clock.now() + chrono::Duration::days(30));
    assert_eq!(world.get("caseworker", &path).await.problem(404), "no_such_import");
    assert_eq!(world.kept_files(), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_the_end_of_the_service_stops_goes_on_when_it_is_committed_again() {
    const HOUSEHOLDS: usize = 1_500;
    let world = World::new().await;
    let path = world.taken("caseworker", "", CSV, sound(HOUSEHOLDS)).await;
    world.settled("caseworker", &path).await;
    let before = world.log.head().await.unwrap().position;
    assert_eq!(world.ask("caseworker", &path, "commit").await.status, 202);
    assert_eq!(world.ask("caseworker", &path, "commit").await.problem(422), "import_working");
    let began = Instant::now();
    while world.log.head().await.unwrap().position <= before + 100 {
        assert!(began.elapsed() < Duration::from_mins(1), "nothing is recorded");
        tokio::task::yield_now().await;
    }
    let world = world.restarted().await;
    let stopped = world.settled("caseworker", &path).await;
    let state = stopped["state"].as_str().unwrap();
    // It may have been done by then.
    assert!(state == "stopped" || state == "recorded", "{stopped}");
    if state == "stopped" {
        let first = stopped["recorded"]["households"]["imported"]["households"].as_u64().unwrap();
        let rest = world.done("caseworker", &path, "commit").await;
        let counts = &rest["recorded"]["households"];
        assert_eq!(
            (&rest["state"], &counts["already_in"]["households"]),
            (&"recorded".into(), &first.into()),
            "{rest}"
        );
        assert_eq!(counts["imported"]["households"], HOUSEHOLDS as u64 - first);
    }
    assert_eq!(world.households_in_all().await, HOUSEHOLDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_record_the_same_file_at_once_double_nothing() {
    const HOUSEHOLDS: usize = 800;
    let world = World::new().await;
    let mut paths = Vec::new();
    for who in ["caseworker", "supervisor"] {
        let path = world.taken(who, "?source=register", CSV, sound(HOUSEHOLDS)).await;
        world.settled(who, &path).await;
        paths.push((who, path));
    }
    for (who, path) in &paths {
        assert_eq!(world.ask(who, path, "commit").await.status, 202);
    }
    let mut imported = 0;
    for (who, path) in &paths {
        let recorded = world.settled(who, path).await;
        let counts = &recorded["recorded"]["households"];
        let count = |name: &str| counts[name]["households"].as_u64().unwrap();
        assert_eq!(count("imported") + count("already_in"), HOUSEHOLDS as u64, "{recorded}");
        imported += count("imported");
    }
    assert_eq!(imported, HOUSEHOLDS as u64, "each household went in once");
    assert_eq!(world.households_in_all().await, HOUSEHOLDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_comes_back_as_a_workbook_that_goes_in_once_it_is_corrected() {
    let world = World::new().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, line) in String::from_utf8(three_and_one()).unwrap().lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            sheet.write(u32::try_from(at).unwrap(), u16::try_from(column).unwrap(), cell).unwrap();
        }
    }
    let path = world.taken("caseworker", "", XLSX, book.save_to_buffer().unwrap()).await;
    assert_eq!(world.settled("caseworker", &path).await["file"], "XLSX");
    let recorded = world.done("caseworker", &path, "commit").await;
    assert_eq!(recorded["recorded"]["households"]["imported"]["households"], 3, "{recorded}");
    let rejected = world.get("caseworker", &format!("{path}/rejected")).await.ok();
    assert_eq!(rejected.header("content-type"), XLSX);
    let file = world.kept_files().into_iter().find(|it| it.extension().is_some_and(|it| it == "xlsx")).unwrap();
    let corrected = corrected(&std::fs::read(file).unwrap());
    let second = world.taken("caseworker", "", XLSX, corrected).await;
    world.settled("caseworker", &second).await;
    let recorded = world.done("caseworker", &second, "commit").await;
    assert_eq!(recorded["recorded"]["households"]["imported"]["households"], 1, "{recorded}");
    assert_eq!(recorded["recorded"]["households"]["unread_columns"], serde_json::json!([]));
}

/// What somebody makes of a rejected workbook in a spreadsheet.
fn corrected(bytes: &[u8]) -> Vec<u8> {
    use calamine::Reader;
    let mut from: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let cells = from.worksheet_range_at(0).unwrap().unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, column, cell) in cells.used_cells() {
        let text = cell.to_string().replace("somewhere", "registered_and_living");
        sheet.write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), text).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_the_state_is_compared_and_recorded() {
    let world = World::new().await;
    let path = world.taken("caseworker", "", CSV, sound(3)).await;
    world.settled("caseworker", &path).await;
    world.done("caseworker", &path, "commit").await;
    let ids: Vec<String> = [1, 2, 77].map(|it| CitizenId::invented(1, it).dashed()).to_vec();
    let list = format!("citizen_id\n{}\nno number\n", ids.join("\n")).into_bytes();
    let query = "?kind=list&list=tpmap&list_date=2026-01-01&area=4609";
    let path = world.taken("caseworker", query, CSV, list).await;
    let judged = world.settled("caseworker", &path).await;
    let counts = &judged["judged"]["list"];
    assert_eq!(
        (&counts["found"], &counts["missed"], &counts["unmatched"], &counts["unreadable"]),
        (&2.into(), &1.into(), &1.into(), &1.into()),
        "{judged}"
    );
    assert_eq!(counts["recorded"], 0);
    let recorded = world.done("caseworker", &path, "commit").await;
    assert_eq!(
        (&recorded["state"], &recorded["recorded"]["list"]["recorded"]),
        (&"recorded".into(), &3.into()),
        "{recorded}"
    );
    assert_eq!(world.ask("supervisor", &path, "undo").await.problem(422), "nothing_to_undo");
}
