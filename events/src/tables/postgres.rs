//! A table in a PostgreSQL database.

use futures::TryStreamExt;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use sqlx::{ConnectOptions, PgConnection, Postgres, Row as _};

use super::{Batch, Kind, Row, Table, Value, listed};

/// A connection for a copy: its transactions may be long, and wait for the other side.
pub(super) async fn connect(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    let settings = [
        ("default_transaction_isolation", r"read\ committed"),
        ("statement_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("lock_timeout", "30s"),
        ("jit", "off"),
    ];
    options.clone().application_name("huean copy").options(settings).connect().await
}

/// The rows behind a key, in the order of the keys.
pub(super) async fn batch(
    connection: &mut PgConnection,
    table: &Table,
    after: Option<Vec<Value>>,
    most: usize,
) -> sqlx::Result<Vec<Row>> {
    // Qualified, because a bare name would mean the column of the answer, which is text.
    let keys = listed(table.keys().map(|(name, _)| format!("t.{name}")));
    let behind = if after.is_some() {
        let marks = listed(table.keys().zip(1..).map(|((_, kind), at)| format!("${at}::{}", kind.typed())));
        format!(" WHERE ({keys}) > ({marks})")
    } else {
        String::new()
    };
    let columns = listed(table.columns.iter().map(|(name, kind)| match kind {
        Kind::Text | Kind::Bytes | Kind::File => format!("t.{name}"),
        Kind::Int => format!("t.{name}::bigint"),
        Kind::Uuid | Kind::Json => format!("t.{name}::text"),
    }));
    let most = table.at_once(most);
    let sql = format!("SELECT {columns} FROM {} AS t{behind} ORDER BY {keys} LIMIT {most}", table.postgres);
    let query = after.into_iter().flatten().fold(sqlx::query(&sql), bound);
    let mut rows = query.fetch(&mut *connection);
    let mut batch = Batch::default();
    while let Some(row) = rows.try_next().await? {
        if batch.take(read(table, &row)?) {
            break;
        }
    }
    Ok(batch.rows)
}

/// Writes rows, in the transaction that is open. Says how many were new or newer.
pub(super) async fn put(connection: &mut PgConnection, table: &Table, rows: Vec<Row>) -> sqlx::Result<u64> {
    let columns = table.columns;
    let arrays = listed(columns.iter().zip(1..).map(|((_, kind), at)| format!("${at}::{}[]", kind.carried())));
    let names = listed(columns.iter().map(|(name, _)| (*name).to_owned()));
    let values = listed(columns.iter().map(|(name, kind)| match kind {
        Kind::Text | Kind::Bytes | Kind::File | Kind::Int => format!("r.{name}"),
        Kind::Uuid | Kind::Json => format!("r.{name}::{}", kind.typed()),
    }));
    let sql = format!(
        "INSERT INTO {} AS t ({names}) OVERRIDING SYSTEM VALUE SELECT {values} FROM unnest({arrays}) AS r ({names}){}",
        table.postgres,
        table.on_conflict("t"),
    );
    let mut query = sqlx::query(&sql);
    let mut columns: Vec<Column> = columns.iter().map(|(_, kind)| Column::of(*kind)).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row.0) {
            column.take(value);
        }
    }
    for column in columns {
        query = match column {
            Column::Texts(values) => query.bind(values),
            Column::Ints(values) => query.bind(values),
            Column::Bytes(values) => query.bind(values),
        };
    }
    Ok(query.execute(connection).await?.rows_affected())
}

/// One column of many rows.
enum Column {
    Texts(Vec<Option<String>>),
    Ints(Vec<Option<i64>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Uuid | Kind::Json => Self::Texts(Vec::new()),
            Kind::Int => Self::Ints(Vec::new()),
            Kind::Bytes | Kind::File => Self::Bytes(Vec::new()),
        }
    }

    /// A value of another kind becomes null, which the table or the comparison refuses.
    fn take(&mut self, value: Value) {
        match (self, value) {
            (Self::Texts(values), Value::Text(text)) => values.push(Some(text)),
            (Self::Ints(values), Value::Int(number)) => values.push(Some(number)),
            (Self::Bytes(values), Value::Bytes(bytes)) => values.push(Some(bytes)),
            (Self::Texts(values), _) => values.push(None),
            (Self::Ints(values), _) => values.push(None),
            (Self::Bytes(values), _) => values.push(None),
        }
    }
}

impl Kind {
    fn typed(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Int => "bigint",
            Self::Bytes | Self::File => "bytea",
            Self::Uuid => "uuid",
            Self::Json => "json",
        }
    }

    /// As what it crosses the wire.
    fn carried(self) -> &'static str {
        match self {
            Self::Text | Self::Uuid | Self::Json => "text",
            Self::Int => "bigint",
            Self::Bytes | Self::File => "bytea",
        }
    }
}

fn bound(query: Query<'_, Postgres, PgArguments>, value: Value) -> Query<'_, Postgres, PgArguments> {
    match value {
        Value::Null => query.bind(None::<String>),
        Value::Int(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    }
}

fn read(table: &Table, row: &PgRow) -> sqlx::Result<Row> {
    let value = |(at, kind): (usize, Kind)| {
        Ok(match kind {
            Kind::Text | Kind::Uuid | Kind::Json => row.try_get::<Option<String>, _>(at)?.map(Value::Text),
            Kind::Int => row.try_get::<Option<i64>, _>(at)?.map(Value::Int),
            Kind::Bytes | Kind::File => row.try_get::<Option<Vec<u8>>, _>(at)?.map(Value::Bytes),
        }
        .unwrap_or(Value::Null))
    };
    table.columns.iter().map(|(_, kind)| *kind).enumerate().map(value).collect::<sqlx::Result<_>>().map(Row)
}
