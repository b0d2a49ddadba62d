//! Writers that know nothing of Huean: postgres-es and sqlite-es, unmodified, through cqrs-es's own framework.

use cqrs_es::AggregateError;
use postgres_es::PostgresCqrs;
use sqlite_es::SqliteCqrs;

use crate::stage::{Stage, whole};
use crate::thing::{Thing, command_id, one, thing};
use events::log::{AppendError, Pen};

on_both!(
    plain_inserts_and_the_pen_share_one_order,
    a_plain_insert_that_comes_late_is_a_conflict_as_its_library_expects,
);

/// The framework on the log's own tables.
pub enum Plain {
    Sqlite(SqliteCqrs<Thing>),
    Postgres(PostgresCqrs<Thing>),
}

impl Plain {
    pub async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            let pool = sqlite_es::default_sqlite_pool(url).await;
            Self::Sqlite(sqlite_es::sqlite_cqrs(pool, vec![], ()))
        } else {
            let pool = postgres_es::default_postgress_pool(url).await;
            Self::Postgres(postgres_es::postgres_cqrs(pool, vec![], ()))
        }
    }

    /// Lets something happen to a thing. False if someone else was faster.
    pub async fn happen(&self, thing: &str) -> bool {
        let outcome = match self {
            Self::Sqlite(cqrs) => cqrs.execute(thing, "plain".into()).await,
            Self::Postgres(cqrs) => cqrs.execute(thing, "plain".into()).await,
        };
        match outcome {
            Ok(()) => true,
            Err(AggregateError::AggregateConflict) => false,
            // sqlite-es gives up after five seconds behind others; nothing is stored then.
            Err(AggregateError::UnexpectedError(error)) if error.to_string().contains("database is locked") => false,
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn plain_inserts_and_the_pen_share_one_order(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let plain = Plain::open(&stage.url()).await;
    for round in 0..5 {
        let id = command_id(round.into());
        pen.append(one(id, &thing("a"), round * 3, 2)).await.unwrap();
        assert!(plain.happen("a").await);
        assert!(plain.happen("b").await);
    }
    let events = whole(&log).await;
    assert_eq!(events.len(), 20);
    assert_eq!(events[2].payload, serde_json::json!({"what": "plain"}));
    assert!(events[2].metadata.is_empty());
    assert_eq!(log.load::<Thing>("a", 0).await.unwrap(), log.stream(&thing("a"), 0).await.unwrap());
}

async fn a_plain_insert_that_comes_late_is_a_conflict_as_its_library_expects(stage: Stage) {
    let log = stage.log().await;
    let pen = Pen::start(&log);
    let plain = Plain::open(&stage.url()).await;
    // Many at once on one thing: each is done or told to look again, and nothing else.
    let plains = (0..40).map(|_| plain.happen("a"));
    let done = futures::future::join_all(plains).await.into_iter().filter(|done| *done).count();
    assert!(done >= 1);
    assert_eq!(whole(&log).await.len(), done);
    let late = pen.append(one(command_id(1), &thing("a"), done as u64 - 1, 1)).await;
    assert!(matches!(late, Err(AppendError::Conflict(_))));
}
