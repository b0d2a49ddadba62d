//! The log's time: it never goes back, and a real log keeps real time.

use chrono::{DateTime, TimeDelta, Utc};
use events::clock::{Clock, SimulatedClock};
use events::log::{AppendError, Log, LogError, OpenLog, Pen};

use crate::stage::{Stage, insert, whole};
use crate::thing::{command_id, one, thing};

on_both!(
    a_simulated_clock_that_jumps_back_does_not_take_the_log_along,
    a_log_of_real_events_refuses_a_simulated_clock,
    a_simulated_log_may_go_on_in_real_time,
    a_plain_insert_makes_the_log_real,
);

fn noon() -> DateTime<Utc> {
    "2024-06-01T05:00:00Z".parse().unwrap()
}

async fn a_simulated_clock_that_jumps_back_does_not_take_the_log_along(stage: Stage) {
    let clock = SimulatedClock::starting(noon());
    let log = stage.log_at(Clock::Simulated(clock.clone())).await;
    let pen = Pen::start(&log);
    for (minutes, expected) in [(0, 0), (10, 10), (5, 10), (11, 11)] {
        clock.set(noon() + TimeDelta::minutes(minutes));
        let id = command_id(u128::from(minutes.unsigned_abs()));
        let appended = pen.append(one(id, &thing(&minutes.to_string()), 0, 1)).await.unwrap();
        assert_eq!(appended.recorded_at, noon() + TimeDelta::minutes(expected));
    }
    assert_eq!(log.head().await.unwrap().recorded_at, noon() + TimeDelta::minutes(11));
    whole(&log).await;
}

async fn a_log_of_real_events_refuses_a_simulated_clock(stage: Stage) {
    // Both open an empty log; the real event comes second, and ends the simulated time for the other.
    let dreamer = stage.log_at(Clock::simulated(noon())).await;
    let waker = stage.log().await;
    let dream = Pen::start(&dreamer);
    dream.append(one(command_id(1), &thing("dream"), 0, 1)).await.unwrap();
    Pen::start(&waker).append(one(command_id(2), &thing("day"), 0, 1)).await.unwrap();
    let late = dream.append(one(command_id(3), &thing("dream"), 1, 1)).await;
    assert!(matches!(late, Err(AppendError::Unavailable(LogError::ClockRefused))), "{late:?}");
    let open = Log::open(&stage.url(), OpenLog { create: false, clock: Clock::simulated(noon()) }).await;
    assert!(matches!(open, Err(LogError::ClockRefused)), "{open:?}");
    assert_eq!(whole(&waker).await.len(), 2);
}

async fn a_simulated_log_may_go_on_in_real_time(stage: Stage) {
    let dreamer = stage.log_at(Clock::simulated(noon())).await;
    Pen::start(&dreamer).append(one(command_id(1), &thing("a"), 0, 1)).await.unwrap();
    let log = stage.log_at(Clock::simulated(noon() - TimeDelta::days(1))).await;
    Pen::start(&log).append(one(command_id(2), &thing("a"), 1, 1)).await.unwrap();
    let waker = stage.log().await;
    let awake = Pen::start(&waker).append(one(command_id(3), &thing("a"), 2, 1)).await.unwrap();
    assert!(awake.recorded_at > noon() + TimeDelta::days(365));
    whole(&waker).await;
}

async fn a_plain_insert_makes_the_log_real(stage: Stage) {
    let log = stage.log_at(Clock::simulated(noon())).await;
    stage.as_application(&insert("a", 1)).await.unwrap();
    let dream = Pen::start(&log).append(one(command_id(1), &thing("b"), 0, 1)).await;
    assert!(matches!(dream, Err(AppendError::Unavailable(LogError::ClockRefused))), "{dream:?}");
    assert_eq!(whole(&log).await.len(), 1);
}
