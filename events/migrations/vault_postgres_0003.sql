-- The shared vault, from format 2 to format 3. See vault_sqlite_0003.sql for what the table means: it is the same.

CREATE TABLE vault.attachments (
    name text COLLATE "C" PRIMARY KEY,
    subject text COLLATE "C" NOT NULL UNIQUE,
    aggregate_type text COLLATE "C" NOT NULL,
    aggregate_id text COLLATE "C" NOT NULL,
    stored bigint NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX attachments_by_moment ON vault.attachments (stored);
-- Ciphertext does not get smaller.
ALTER TABLE vault.attachments ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Keeps a file, unless its subject has one; answers the subject when it is on the erase list. The lock is the one of
-- put_rings: no file appears for a subject whose erasure is just being committed.
CREATE FUNCTION vault.put_attachment(
    the_name text, the_subject text, the_type text, the_id text, the_moment bigint, the_sealed bytea
) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7166756, 1);
    IF EXISTS (SELECT FROM vault.erasures e WHERE e.subject = the_subject) THEN
        RETURN the_subject;
    END IF;
    INSERT INTO vault.attachments VALUES (the_name, the_subject, the_type, the_id, the_moment, the_sealed)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- Forgets files that nobody named, if they were stored before a moment.
CREATE FUNCTION vault.forget_attachments(the_names text[], stored_before bigint) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH done AS (
        DELETE FROM vault.attachments WHERE name = ANY (the_names) AND stored < stored_before RETURNING 1)
    SELECT count(*) FROM done
$$;

-- As in format 1, and the subjects' files go with their keys.
CREATE OR REPLACE FUNCTION vault.erase(
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
    DELETE FROM vault.attachments WHERE subject = ANY (the_subjects);
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

UPDATE vault.meta SET format = 3;
