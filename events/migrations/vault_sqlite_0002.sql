-- The embedded vault, from format 1 to format 2: who can sign in, who is signed in, and which programs may ask.

-- A member of staff's way in. `mac` is the keyed hash of the login name; `wrapped` holds the name, the password's hash
-- and the second factor, and binds `version`, which is what compare-and-swap compares. A row is never deleted.
CREATE TABLE staff_credentials (
    staff_id TEXT PRIMARY KEY,
    mac TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    root TEXT NOT NULL,
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is signed in, by the SHA-256 of a secret that only their browser holds. `acting` says in which role and where;
-- `device` is a word of ours for the kind of device. Moments in microseconds UTC; a row is revoked once and for ever.
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    staff_id TEXT NOT NULL,
    acting TEXT NOT NULL,
    device TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    second_factor INTEGER,
    expires INTEGER NOT NULL,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_staff ON sessions (staff_id);
CREATE INDEX sessions_by_end ON sessions (expires);

-- Which programs may ask in somebody's name, by the SHA-256 of a secret that was shown once. The name that its owner
-- gave it is wrapped.
CREATE TABLE api_tokens (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    staff_id TEXT NOT NULL,
    acting TEXT NOT NULL,
    root TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_tokens_by_staff ON api_tokens (staff_id);

CREATE TRIGGER a_session_stays_revoked BEFORE UPDATE ON sessions
WHEN old.revoked IS NOT NULL AND new.revoked IS NOT old.revoked
BEGIN SELECT RAISE(ABORT, 'a revoked session stays revoked'); END;
CREATE TRIGGER a_token_stays_revoked BEFORE UPDATE ON api_tokens
WHEN old.revoked IS NOT NULL AND new.revoked IS NOT old.revoked
BEGIN SELECT RAISE(ABORT, 'a revoked token stays revoked'); END;

UPDATE vault_meta SET format = 2;
