//! The vault's tables, as a copy reads and writes them.

use crate::tables::{Kind, Meeting, Table};

/// The one row that says whose vault it is.
pub(super) static META: Table = Table {
    what: "vault's own row",
    compared: "vault's own row compared",
    sqlite: "vault_meta",
    postgres: "vault.meta",
    columns: &[("log_id", Kind::Text), ("root", Kind::Text), ("format", Kind::Int), ("erase_epoch", Kind::Int)],
    key: 1,
    meeting: Meeting::Refused,
};

/// The keys. A ring that was written again, for one more subject or after an erasure, has a greater version.
pub(super) static KEYRINGS: Table = Table {
    what: "keyrings",
    compared: "keyrings compared",
    sqlite: "keyrings",
    postgres: "vault.keyrings",
    columns: &[
        ("aggregate_type", Kind::Text),
        ("aggregate_id", Kind::Text),
        ("version", Kind::Int),
        ("root", Kind::Text),
        ("wrapped", Kind::Bytes),
    ],
    key: 2,
    meeting: Meeting::Newer("version"),
};

static SUBJECT_RINGS: Table = Table {
    what: "subjects of rings",
    compared: "subjects of rings compared",
    sqlite: "subject_rings",
    postgres: "vault.subject_rings",
    columns: &[("subject", Kind::Text), ("aggregate_type", Kind::Text), ("aggregate_id", Kind::Text)],
    key: 3,
    meeting: Meeting::Kept,
};

static ERASURES: Table = Table {
    what: "erasures",
    compared: "erasures compared",
    sqlite: "erasures",
    postgres: "vault.erasures",
    columns: &[("subject", Kind::Text), ("erased_at", Kind::Int), ("epoch", Kind::Int)],
    key: 1,
    meeting: Meeting::Kept,
};

pub(super) static SECRETS: Table = Table {
    what: "secrets",
    compared: "secrets compared",
    sqlite: "secrets",
    postgres: "vault.secrets",
    columns: &[
        ("name", Kind::Text),
        ("ordinal", Kind::Int),
        ("id", Kind::Text),
        ("root", Kind::Text),
        ("wrapped", Kind::Bytes),
    ],
    key: 2,
    meeting: Meeting::Kept,
};

pub(super) static OS_USERS: Table = Table {
    what: "users",
    compared: "users compared",
    sqlite: "os_users",
    postgres: "vault.os_users",
    columns: &[("mac", Kind::Text), ("staff_id", Kind::Text), ("root", Kind::Text), ("wrapped", Kind::Bytes)],
    key: 1,
    meeting: Meeting::Kept,
};

pub(super) static ACCESS_LOG: Table = Table {
    what: "access entries",
    compared: "access entries compared",
    sqlite: "access_log",
    postgres: "vault.access_log",
    columns: &[
        ("number", Kind::Int),
        ("at", Kind::Int),
        ("actor", Kind::Text),
        ("role", Kind::Text),
        ("what", Kind::Text),
        ("request", Kind::Text),
        ("why", Kind::Bytes),
        ("root", Kind::Text),
    ],
    key: 1,
    meeting: Meeting::Kept,
};

pub(super) static CREDENTIALS: Table = Table {
    what: "credentials",
    compared: "credentials compared",
    sqlite: "staff_credentials",
    postgres: "vault.staff_credentials",
    columns: &[
        ("staff_id", Kind::Text),
        ("mac", Kind::Text),
        ("version", Kind::Int),
        ("root", Kind::Text),
        ("wrapped", Kind::Bytes),
    ],
    key: 1,
    meeting: Meeting::Newer("version"),
};

static SESSIONS: Table = Table {
    what: "sessions",
    compared: "sessions compared",
    sqlite: "sessions",
    postgres: "vault.sessions",
    columns: &[
        ("digest", Kind::Text),
        ("id", Kind::Text),
        ("staff_id", Kind::Text),
        ("acting", Kind::Text),
        ("device", Kind::Text),
        ("created", Kind::Int),
        ("seen", Kind::Int),
        ("second_factor", Kind::Int),
        ("expires", Kind::Int),
        ("revoked", Kind::Int),
    ],
    key: 1,
    meeting: Meeting::Refused,
};

pub(super) static API_TOKENS: Table = Table {
    what: "API tokens",
    compared: "API tokens compared",
    sqlite: "api_tokens",
    postgres: "vault.api_tokens",
    columns: &[
        ("digest", Kind::Text),
        ("id", Kind::Text),
        ("staff_id", Kind::Text),
        ("acting", Kind::Text),
        ("root", Kind::Text),
        ("wrapped", Kind::Bytes),
        ("created", Kind::Int),
        ("expires", Kind::Int),
        ("revoked", Kind::Int),
    ],
    key: 1,
    meeting: Meeting::Refused,
};

static ATTACHMENTS: Table = Table {
    what: "files",
    compared: "files compared",
    sqlite: "attachments",
    postgres: "vault.attachments",
    columns: &[
        ("name", Kind::Text),
        ("subject", Kind::Text),
        ("aggregate_type", Kind::Text),
        ("aggregate_id", Kind::Text),
        ("stored", Kind::Int),
        ("sealed", Kind::File),
    ],
    key: 1,
    meeting: Meeting::Refused,
};

/// Everything that is copied. Erasures come first: nothing of the copy exists without them.
pub(super) static TABLES: [&Table; 10] = [
    &ERASURES,
    &KEYRINGS,
    &SUBJECT_RINGS,
    &SECRETS,
    &OS_USERS,
    &CREDENTIALS,
    &SESSIONS,
    &API_TOKENS,
    &ATTACHMENTS,
    &ACCESS_LOG,
];

/// What a copy is emptied of first: rows that come, change and go.
pub(super) static OF_THE_MOMENT: [&Table; 3] = [&SESSIONS, &API_TOKENS, &ATTACHMENTS];

/// How many rows a table has, in the words of each database.
pub(super) fn counted(table: &Table) -> (String, String) {
    (format!("SELECT count(*) FROM {}", table.sqlite), format!("SELECT count(*) FROM {}", table.postgres))
}
