-- The shared vault, from format 1 to format 2. See vault_sqlite_0002.sql for what the tables mean: they are the same.
-- The application's role adds rows, moves `seen` on and changes credentials; it can revoke, and can't take that back.

CREATE TABLE vault.staff_credentials (
    staff_id text COLLATE "C" PRIMARY KEY,
    mac text COLLATE "C" NOT NULL UNIQUE,
    version bigint NOT NULL,
    root text NOT NULL,
    wrapped bytea NOT NULL
);

CREATE TABLE vault.sessions (
    digest text COLLATE "C" PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    staff_id text COLLATE "C" NOT NULL,
    acting text NOT NULL,
    device text NOT NULL,
    created bigint NOT NULL,
    seen bigint NOT NULL,
    second_factor bigint,
    expires bigint NOT NULL,
    revoked bigint
);
CREATE INDEX sessions_by_staff ON vault.sessions (staff_id);
CREATE INDEX sessions_by_end ON vault.sessions (expires);

CREATE TABLE vault.api_tokens (
    digest text COLLATE "C" PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    staff_id text COLLATE "C" NOT NULL,
    acting text NOT NULL,
    root text NOT NULL,
    wrapped bytea NOT NULL,
    created bigint NOT NULL,
    expires bigint NOT NULL,
    revoked bigint
);
CREATE INDEX api_tokens_by_staff ON vault.api_tokens (staff_id);

-- Revokes the sessions of somebody that are open: the one with this id, or all but the one with that id, or all. Those
-- that were revoked before keep their moment. Answers how many were open.
CREATE FUNCTION vault.revoke_sessions(the_staff text, the_one text, all_but text, the_moment bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH done AS (
        UPDATE vault.sessions SET revoked = the_moment
        WHERE staff_id = the_staff AND revoked IS NULL
            AND (the_one IS NULL OR id = the_one) AND (all_but IS NULL OR id <> all_but)
        RETURNING 1)
    SELECT count(*) FROM done
$$;

-- The same for API tokens: the one with this id, or all.
CREATE FUNCTION vault.revoke_api_tokens(the_staff text, the_one text, the_moment bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH done AS (
        UPDATE vault.api_tokens SET revoked = the_moment
        WHERE staff_id = the_staff AND revoked IS NULL AND (the_one IS NULL OR id = the_one)
        RETURNING 1)
    SELECT count(*) FROM done
$$;

-- Forgets sessions that ended before a moment. Nothing else can be deleted here.
CREATE FUNCTION vault.forget_sessions(ended_before bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH done AS (DELETE FROM vault.sessions WHERE expires < ended_before RETURNING 1)
    SELECT count(*) FROM done
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;

UPDATE vault.meta SET format = 2;
