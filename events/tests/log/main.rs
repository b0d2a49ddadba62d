//! Conformance of the log: one suite, run on SQLite and on PostgreSQL, from several processes where that matters.
//!
//! PostgreSQL tests need `HUEAN_TEST_POSTGRES`, the address of a throw-away cluster's superuser; `tests/run` sets it.

#![allow(
    clippy::unwrap_used,
    clippy::unused_async,
    clippy::cast_possible_truncation,
    reason = "every file here is a test"
)]

/// Runs each test on both databases.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::stage::Stage::sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::stage::Stage::postgres().await).await;
            })+
        }
    };
}

mod append;
mod child;
mod clock;
mod copying;
mod crash;
mod dropped;
mod feed;
mod hold;
mod lost;
mod open;
mod plain;
mod race;
mod stage;
mod thing;
