//! `check` finds what is wrong: one damaged log per way of damage, on both databases, each found at its place.

mod stage;

use huean::check::{Invariant, Report};
use stage::Stage;

/// Runs one damage on both databases and looks for what `check` says of it.
macro_rules! found {
    ($name:ident, $damage:expr, $invariant:expr, $position:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                let stage = Stage::sqlite().await;
                damaged(&stage, $damage, $invariant, $position).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                let stage = Stage::postgres().await;
                damaged(&stage, $damage, $invariant, $position).await;
            }
        }
    };
}

async fn damaged(stage: &Stage, damage: fn(&Stage) -> Vec<String>, invariant: Invariant, position: Option<u64>) {
    stage.run(&damage(stage)).await;
    let report = stage.check().await;
    assert!(!report.is_sound(), "nothing was found: {report:?}");
    assert!(names(&report, invariant, position), "{invariant} at {position:?} was not named: {report:#?}");
}

fn names(report: &Report, invariant: Invariant, position: Option<u64>) -> bool {
    let looked =
        report.looked.iter().find(|looked| looked.invariant == invariant).expect("every invariant is looked at");
    looked.findings.iter().any(|finding| position.is_none() || finding.position == position)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_log_passes_and_every_invariant_looked_at_something() {
    for stage in [Stage::sqlite().await, Stage::postgres().await] {
        let report = stage.check().await;
        assert!(report.is_sound(), "{report:#?}");
        assert!(report.looked.iter().all(|looked| looked.at > 0), "{report:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_log_proves_nothing() {
    let stage = Stage::empty().await;
    assert!(!stage.check().await.is_sound());
}

// Positions 1 to 5 are the policies, 6 the block of numbers; then come the household's facts, two of them members.
found!(a_gap_in_the_positions, |_| vec!["DELETE FROM events WHERE position = 9".into()], Invariant::Positions, Some(9));

found!(
    swapped_positions,
    |_| vec![
        "UPDATE events SET position = 1009 WHERE position = 9".into(),
        "UPDATE events SET position = 9 WHERE position = 10".into(),
        "UPDATE events SET position = 10 WHERE position = 1009".into(),
    ],
    Invariant::Sequences,
    Some(9)
);

found!(
    a_time_that_goes_back,
    |_| vec!["UPDATE events SET recorded_at = recorded_at - 3600000000 WHERE position = 9".into()],
    Invariant::Positions,
    Some(9)
);

found!(
    a_hole_in_a_stream,
    |_| vec![
        "DELETE FROM events WHERE position = 9".into(),
        format!("UPDATE events SET position = 9 WHERE position = {}", stage::EVENTS),
    ],
    Invariant::Sequences,
    None
);

found!(
    a_doubled_command,
    |_| vec![format!(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
             position, recorded_at)
         SELECT aggregate_type, aggregate_id, {last_sequence} + 1, event_type, event_version, payload, metadata,
             {last} + 1, recorded_at FROM events WHERE position = 11",
        last = stage::EVENTS,
        last_sequence = stage::HOUSEHOLD_EVENTS
    )],
    Invariant::Commands,
    Some(stage::EVENTS + 1)
);

found!(
    a_command_that_is_not_remembered,
    |_| vec!["DELETE FROM commands WHERE first_position = 11".into()],
    Invariant::Commands,
    Some(11)
);

found!(
    a_wrong_stage,
    |stage| vec![stage.replace("HouseholdVerified", r#""stage":"verified""#, r#""stage":"assisted""#)],
    Invariant::Folds,
    Some(stage::EVENTS)
);

found!(
    a_clear_name_beside_the_sealed_one,
    |stage| vec![stage.replace("HouseholdVerified", r#""happened_on""#, r#""given_name":"สมหญิง","happened_on""#)],
    Invariant::Seals,
    Some(stage::EVENTS)
);

found!(
    an_open_value_in_place_of_a_sealed_one,
    |stage| vec![stage.replace("HomeVisited", r#""$s":1"#, r#""$o":"ลับ""#)],
    Invariant::Seals,
    Some(11)
);

found!(
    a_flipped_byte_of_a_sealed_value,
    // Whatever the first letter of the ciphertext is, one of the two changes it.
    |stage| vec![
        stage.replace("HomeVisited", r#""c":"A"#, r#""c":"_"#),
        stage.replace("HomeVisited", r#""c":""#, r#""c":"A"#),
    ],
    Invariant::Seals,
    Some(11)
);

found!(
    a_foreign_event,
    |_| vec!["UPDATE events SET event_type = 'CowMilked' WHERE position = 12".into()],
    Invariant::Facts,
    Some(12)
);

found!(
    an_event_of_a_foreign_aggregate,
    |_| vec!["UPDATE events SET aggregate_type = 'cow' WHERE position = 6".into()],
    Invariant::Facts,
    Some(6)
);

found!(
    metadata_without_an_actor,
    |stage| vec![stage.replace_in("metadata", "PanelHeld", r#""actor""#, r#""doer""#)],
    Invariant::Facts,
    Some(12)
);

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_gone_without_an_erasure() {
    for stage in [Stage::sqlite().await, Stage::postgres().await] {
        stage.run_on_vault("DELETE FROM {keyrings}").await;
        let report = stage.check().await;
        assert!(names(&report, Invariant::Seals, Some(9)), "{report:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_destroyed_and_nobody_said_so() {
    for stage in [Stage::sqlite().await, Stage::postgres().await] {
        stage.erase_a_member(false).await;
        let report = stage.check().await;
        assert!(names(&report, Invariant::Seals, Some(9)) || names(&report, Invariant::Seals, Some(10)), "{report:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_was_erased_is_no_fault() {
    for stage in [Stage::sqlite().await, Stage::postgres().await] {
        stage.erase_a_member(true).await;
        let report = stage.check().await;
        assert!(report.is_sound(), "{report:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_the_read_model_that_the_log_does_not_say() {
    let stage = Stage::sqlite().await;
    assert!(stage.check().await.is_sound());
    stage.spoil_read_model();
    let report = stage.check().await;
    assert!(names(&report, Invariant::ReadModel, None), "{report:#?}");
}
