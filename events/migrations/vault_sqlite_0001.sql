-- The embedded vault, format 1. Small, mutable, not rebuildable; backed up apart from the log, for 30 days at most.
-- Every `wrapped` is nonce and ciphertext, closed with the root key whose fingerprint stands in `root` beside it, so
-- that a new root key can be brought in row by row while the log stays as it is.

-- One row. `format` rises with every change of these tables; a program refuses a format it does not know.
CREATE TABLE vault_meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    log_id TEXT NOT NULL,
    root TEXT NOT NULL,
    format INTEGER NOT NULL,
    erase_epoch INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The keys of one aggregate. `version` is what compare-and-swap compares, and is part of what the wrapping binds.
CREATE TABLE keyrings (
    aggregate_type TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    root TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id)
) STRICT, WITHOUT ROWID;

-- Where an erasure must look. Rows stay after an erasure, so that repeating it tells the same rings.
CREATE TABLE subject_rings (
    subject TEXT NOT NULL,
    aggregate_type TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    PRIMARY KEY (subject, aggregate_type, aggregate_id)
) STRICT, WITHOUT ROWID;

-- Who gets no key, ever again. `epoch` is the erase epoch that the erasure made; microseconds UTC.
CREATE TABLE erasures (
    subject TEXT PRIMARY KEY,
    erased_at INTEGER NOT NULL,
    epoch INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_by_epoch ON erasures (epoch);

-- Keys for hashes of what can be guessed. The greatest `ordinal` of a name is the current one; older ones stay, to
-- check what was hashed with them.
CREATE TABLE secrets (
    name TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    id TEXT NOT NULL,
    root TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (name, ordinal)
) STRICT, WITHOUT ROWID;

-- Opaque staff ids of operating-system users, found by a keyed hash of the name.
CREATE TABLE os_users (
    mac TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL UNIQUE,
    root TEXT NOT NULL,
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Who looked at whom. Only ever added to; the reason is wrapped, because people write names into reasons.
CREATE TABLE access_log (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    what TEXT NOT NULL,
    request TEXT NOT NULL,
    why BLOB,
    root TEXT NOT NULL
) STRICT;
CREATE INDEX access_log_by_what ON access_log (what, number);
CREATE INDEX access_log_by_actor ON access_log (actor, number);

CREATE TRIGGER access_log_is_not_changed BEFORE UPDATE ON access_log
BEGIN SELECT RAISE(ABORT, 'the access log is only added to'); END;
CREATE TRIGGER access_log_is_not_shortened BEFORE DELETE ON access_log
BEGIN SELECT RAISE(ABORT, 'the access log is only added to'); END;
CREATE TRIGGER nobody_comes_back BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'the erase list is only added to'); END;

-- To come, with a format number of its own: attachments (named by the hash of their ciphertext, whose key stands in a
-- ring under a subject of its own, so that erasing reaches them as it reaches a note).
