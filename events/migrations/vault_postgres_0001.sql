-- The shared vault, format 1, in a database of its own. See vault_sqlite_0001.sql for what the tables mean: they are
-- the same. Here the application's role reads them and calls three functions; it can't update or delete a row, so not
-- even a program gone wrong takes a name off the erase list or an entry out of the access log.

CREATE SCHEMA vault;

CREATE TABLE vault.meta (
    one integer PRIMARY KEY CHECK (one = 1),
    log_id text NOT NULL,
    root text NOT NULL,
    format bigint NOT NULL,
    erase_epoch bigint NOT NULL DEFAULT 0
);

CREATE TABLE vault.keyrings (
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    root text NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id)
);
-- Wrapped keys are random bytes: trying to compress them is wasted. A rewritten ring leaves a dead row behind, with the
-- keys an erasure destroyed in it: the table is vacuumed as soon as there is one.
ALTER TABLE vault.keyrings ALTER COLUMN wrapped SET STORAGE EXTERNAL;
ALTER TABLE vault.keyrings SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE vault.subject_rings (
    subject text COLLATE "C" NOT NULL,
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (subject, aggregate_type, aggregate_id)
);

CREATE TABLE vault.erasures (
    subject text COLLATE "C" PRIMARY KEY,
    erased_at bigint NOT NULL,
    epoch bigint NOT NULL
);
CREATE INDEX erasures_by_epoch ON vault.erasures (epoch);

CREATE TABLE vault.secrets (
    name text COLLATE "C" NOT NULL,
    ordinal bigint NOT NULL,
    id text NOT NULL,
    root text NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (name, ordinal)
);

CREATE TABLE vault.os_users (
    mac text COLLATE "C" PRIMARY KEY,
    staff_id text NOT NULL UNIQUE,
    root text NOT NULL,
    wrapped bytea NOT NULL
);

CREATE TABLE vault.access_log (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    what text NOT NULL,
    request text NOT NULL,
    why bytea,
    root text NOT NULL
);
CREATE INDEX access_log_by_what ON vault.access_log (what, number);
CREATE INDEX access_log_by_actor ON vault.access_log (actor, number);

-- Writes rings, all or none. Answers null when done, the subject when one is on the erase list, and raises HV001 when
-- a ring has another version than expected (0: there must be none).
--
-- The lock is shared among those who put keys and exclusive for those who erase, and each statement after it sees what
-- was committed before it. Without it, a key could be put for a subject whose erasure is just being committed.
CREATE FUNCTION vault.put_rings(
    the_types text[], the_ids text[], the_versions bigint[], the_wrapped bytea[], the_root text,
    ring_of_subject integer[], the_subjects text[]
) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    on_the_list text;
    inserted bigint;
    updated bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7166756, 1);
    SELECT e.subject INTO on_the_list FROM vault.erasures e WHERE e.subject = ANY (the_subjects) LIMIT 1;
    IF FOUND THEN
        RETURN on_the_list;
    END IF;
    -- In the order of the keys, as every caller sends them, so that two writers can't wait for each other.
    INSERT INTO vault.keyrings
        SELECT w.t, w.i, 1, the_root, w.w
        FROM unnest(the_types, the_ids, the_versions, the_wrapped) WITH ORDINALITY AS w (t, i, v, w, n)
        WHERE w.v = 0 ORDER BY w.n
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS inserted = ROW_COUNT;
    PERFORM 1 FROM vault.keyrings k
        JOIN unnest(the_types, the_ids, the_versions) AS w (t, i, v) ON k.aggregate_type = w.t AND k.aggregate_id = w.i
        WHERE w.v > 0 ORDER BY k.aggregate_type, k.aggregate_id FOR UPDATE OF k;
    UPDATE vault.keyrings k SET version = k.version + 1, root = the_root, wrapped = w.w
        FROM unnest(the_types, the_ids, the_versions, the_wrapped) AS w (t, i, v, w)
        WHERE w.v > 0 AND k.aggregate_type = w.t AND k.aggregate_id = w.i AND k.version = w.v;
    GET DIAGNOSTICS updated = ROW_COUNT;
    IF inserted + updated <> cardinality(the_types) THEN
        RAISE EXCEPTION 'a ring has another version' USING ERRCODE = 'HV001';
    END IF;
    INSERT INTO vault.subject_rings
        SELECT s.subject, the_types[s.ring], the_ids[s.ring]
        FROM unnest(ring_of_subject, the_subjects) AS s (ring, subject)
        ORDER BY s.subject, 2, 3
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- Writes rings, each for itself, in one transaction: the keys of many callers who wait at the same time. `done` are the
-- rings that were written, by index from 1; `barred` those with a subject on the erase list, named by `barred_by`; the
-- others have another version than expected. Locks as in put_rings, and in the same order.
CREATE FUNCTION vault.put_each(
    the_types text[], the_ids text[], the_versions bigint[], the_wrapped bytea[], the_root text,
    ring_of_subject integer[], the_subjects text[],
    OUT done integer[], OUT barred integer[], OUT barred_by text[]
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    inserted bigint;
    updated bigint;
    all_others boolean;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7166756, 1);
    barred := '{}';
    barred_by := ARRAY(SELECT e.subject FROM vault.erasures e WHERE e.subject = ANY (the_subjects));
    IF cardinality(barred_by) > 0 THEN
        SELECT array_agg(s.ring), array_agg(s.subject) INTO barred, barred_by
            FROM (SELECT DISTINCT ON (ring) ring, subject FROM unnest(ring_of_subject, the_subjects) AS u (ring, subject)
                  WHERE subject = ANY (barred_by) ORDER BY ring) s;
    END IF;
    INSERT INTO vault.keyrings
        SELECT w.t, w.i, 1, the_root, w.w
        FROM unnest(the_types, the_ids, the_versions, the_wrapped) WITH ORDINALITY AS w (t, i, v, w, n)
        WHERE w.v = 0 AND w.n <> ALL (barred) ORDER BY w.n
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS inserted = ROW_COUNT;
    PERFORM 1 FROM vault.keyrings k
        JOIN unnest(the_types, the_ids, the_versions) AS w (t, i, v) ON k.aggregate_type = w.t AND k.aggregate_id = w.i
        WHERE w.v > 0 ORDER BY k.aggregate_type, k.aggregate_id FOR UPDATE OF k;
    UPDATE vault.keyrings k SET version = k.version + 1, root = the_root, wrapped = w.w
        FROM unnest(the_types, the_ids, the_versions, the_wrapped) WITH ORDINALITY AS w (t, i, v, w, n)
        WHERE w.v > 0 AND k.aggregate_type = w.t AND k.aggregate_id = w.i AND k.version = w.v AND w.n <> ALL (barred);
    GET DIAGNOSTICS updated = ROW_COUNT;
    all_others := inserted + updated = cardinality(the_types) - cardinality(barred);
    -- What is wrapped never looks like anything that was wrapped before, so it tells which rings are ours.
    done := ARRAY(
        SELECT w.n::integer
        FROM unnest(the_types, the_ids, the_wrapped) WITH ORDINALITY AS w (t, i, w, n)
        WHERE w.n <> ALL (barred) AND (
            all_others
            OR EXISTS (SELECT FROM vault.keyrings k
                       WHERE k.aggregate_type = w.t AND k.aggregate_id = w.i AND k.wrapped = w.w)));
    INSERT INTO vault.subject_rings
        SELECT s.subject, the_types[s.ring], the_ids[s.ring]
        FROM unnest(ring_of_subject, the_subjects) AS s (ring, subject)
        WHERE s.ring <> ALL (barred) AND (all_others OR s.ring = ANY (done))
        ORDER BY s.subject, 2, 3
        ON CONFLICT DO NOTHING;
END
$$;

-- Erases subjects: rewrites the rings given, lists the subjects, raises the epoch. The caller has taken the exclusive
-- lock before it looked for the rings, in the same transaction; a ring with another version raises HV001.
CREATE FUNCTION vault.erase(
    the_subjects text[], the_moment bigint,
    the_types text[], the_ids text[], the_versions bigint[], the_wrapped bytea[], the_root text
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rewritten bigint;
    listed bigint;
    next_epoch bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7166756, 1);
    UPDATE vault.keyrings k SET version = k.version + 1, root = the_root, wrapped = w.w
        FROM unnest(the_types, the_ids, the_versions, the_wrapped) AS w (t, i, v, w)
        WHERE k.aggregate_type = w.t AND k.aggregate_id = w.i AND k.version = w.v;
    GET DIAGNOSTICS rewritten = ROW_COUNT;
    IF rewritten <> cardinality(the_types) THEN
        RAISE EXCEPTION 'a ring has another version' USING ERRCODE = 'HV001';
    END IF;
    SELECT m.erase_epoch + 1 INTO next_epoch FROM vault.meta m;
    INSERT INTO vault.erasures SELECT DISTINCT s, the_moment, next_epoch FROM unnest(the_subjects) AS s
        ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS listed = ROW_COUNT;
    IF listed > 0 THEN
        UPDATE vault.meta SET erase_epoch = next_epoch;
    END IF;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
