//! The drill of `docs/runbook.md` on a small log: everything comes back, and each step says how long it took.

use std::path::Path;
use std::process::Command;

use chrono::NaiveDate;
use events::clock::{Clock, SimulatedClock, start_of};
use events::id::StaffId;
use huean::app::{House, Missing, Place};
use huean::demo::{Plan, Scale, fill};
use huean::signin::{Cost, Fresh, SignIn};

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back_in_every_way_the_runbook_describes() {
    let dir = tempfile::tempdir().unwrap();
    let day = |year| NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
    let clock = SimulatedClock::starting(start_of(day(2024)));
    let place = Place { data: dir.path().join("data"), log: None, vault: None };
    let house = House::open(&place, Missing::Make, Clock::Simulated(clock.clone())).await.unwrap();
    let plan = Plan { seed: 5, start: day(2024), until: start_of(day(2025)), scale: Scale::Sample { households: 8 } };
    fill(&house.desk, &clock, plan, &mut |_| {}).await.unwrap();
    // Where somebody has an account, nothing makes tokens any more.
    let sign_in = SignIn::at(&house.desk, Cost { memory: 64, passes: 1 });
    let staff = StaffId(uuid::Uuid::from_u128(7));
    sign_in.make_ready(staff, "admin", true, &Fresh::drawn(&mut rand::rng())).await.unwrap();

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/drill");
    // What the servers flush is nothing that this test looks at.
    let output = Command::new(script)
        .arg(&place.data)
        .envs([("HUEAN", env!("CARGO_BIN_EXE_huean")), ("HUEAN_POSTGRES_DURABLE", "off")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for part in ["Files, copied while the service writes", "Read models, deleted", "Into PostgreSQL", "pg_dump"] {
        assert!(said.contains(part), "{said}");
    }
    assert!(
        said.contains("a vault older than its log is noticed") && said.ends_with("Everything came back.\n"),
        "{said}"
    );
    let timed = said.lines().filter(|line| line.contains(" s  ")).count();
    assert!(timed >= 20, "{timed} steps said how long they took: {said}");
    println!("{said}");
}
