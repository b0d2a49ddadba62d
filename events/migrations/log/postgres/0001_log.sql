-- The log in PostgreSQL, made by the owner. `events` is the table that postgres-es reads and writes, with the two
-- columns that give the whole log one order. The application may append and read; nobody else needs to write.
SET LOCAL search_path = public;

CREATE TABLE events (
    aggregate_type text   NOT NULL,
    aggregate_id   text   NOT NULL,
    sequence       bigint NOT NULL CHECK (sequence >= 1),
    event_type     text   NOT NULL,
    event_version  text   NOT NULL,
    payload        json   NOT NULL,
    metadata       json   NOT NULL,
    position       bigint NOT NULL CONSTRAINT events_position UNIQUE CHECK (position >= 1),
    recorded_at    bigint NOT NULL, -- microseconds UTC
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
);

-- Every command that was done, also one that changed nothing.
CREATE TABLE commands (
    command_id     uuid   NOT NULL PRIMARY KEY,
    actor          text   NOT NULL,
    name           text   NOT NULL,
    aggregate_type text   NOT NULL,
    aggregate_id   text   NOT NULL,
    sequence_after bigint NOT NULL,
    first_position bigint,
    events         integer NOT NULL,
    recorded_at    bigint NOT NULL,
    mac_key        text   NOT NULL,
    body_mac       text   NOT NULL
);

-- One row that every writer locks and nobody changes. A counter in it would grow a dead version per append, under
-- every long snapshot.
CREATE TABLE log_head (one boolean PRIMARY KEY CHECK (one));
INSERT INTO log_head VALUES (true);

-- One row. `clock` is NULL until the first event, then 'simulated' or 'real'; 'real' is for ever.
CREATE TABLE log_meta (
    one    boolean NOT NULL PRIMARY KEY CHECK (one),
    id     uuid    NOT NULL,
    format integer NOT NULL,
    clock  text    CHECK (clock IN ('simulated', 'real'))
);

-- What postgres-es loads: an event's place stands in its metadata, as strings, because cqrs-es can load nothing else.
CREATE VIEW stream AS
SELECT aggregate_type, aggregate_id, sequence, event_type, event_version, payload,
       (metadata::jsonb || jsonb_build_object('position', position::text, 'recorded_at', recorded_at::text))::json
           AS metadata
  FROM events;

-- Places a plain INSERT of the seven columns, as unmodified postgres-es makes it. The lock is held until its
-- transaction ends; statements after the lock see everything that was committed before.
CREATE FUNCTION log_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
    head_position bigint;
    head_at       bigint;
BEGIN
    PERFORM FROM log_head FOR UPDATE;
    SELECT position, recorded_at INTO head_position, head_at FROM events ORDER BY position DESC LIMIT 1;
    -- One that comes late meets the primary key, as postgres-es expects.
    IF NEW.sequence > 1 AND NOT EXISTS (
        SELECT FROM events
         WHERE aggregate_type = NEW.aggregate_type AND aggregate_id = NEW.aggregate_id
           AND sequence = NEW.sequence - 1) THEN
        RAISE check_violation USING MESSAGE = 'the event leaves a hole in its stream';
    END IF;
    UPDATE log_meta SET clock = 'real' WHERE clock IS DISTINCT FROM 'real';
    NEW.position := coalesce(head_position, 0) + 1;
    NEW.recorded_at := greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, coalesce(head_at, 0));
    RETURN NEW;
END
$$;

CREATE TRIGGER events_plain_placed BEFORE INSERT ON events
    FOR EACH ROW WHEN (NEW.position IS NULL) EXECUTE FUNCTION log_place();

-- Stores a batch of appends, each of them all or nothing, in one call and one transaction of its own.
--
-- c_*  one entry per command; c_after is NULL where the command does not name its target, c_before counts the batch's
--      events before its own, c_streams and c_events tell how many of the next two it has
-- s_*  one entry per stream a command rests on, in the order of the commands; s_write is false for one only read
-- e_*  one entry per event, in the order of the commands
--
-- outcome        'stored', 'went back' (known_position is not where it was) or 'clock refused'
-- head_before    the greatest position before the batch: the stored commands' events follow it without a gap
-- after          the targets' sequences, per command
-- bad            the commands that were not stored, by index from 1; bad_type and bad_aggregate name the stream that was
--                elsewhere, and are NULL where the command id was taken
CREATE FUNCTION log_append(
    known_position bigint, known_at bigint, clock_at bigint, simulated boolean, careful boolean,
    c_id uuid[], c_actor text[], c_name text[], c_type text[], c_aggregate text[], c_after bigint[],
    c_before integer[], c_streams integer[], c_events integer[], c_key text[], c_mac text[],
    s_type text[], s_aggregate text[], s_expected bigint[], s_write boolean[],
    e_type text[], e_aggregate text[], e_sequence bigint[], e_name text[], e_version text[],
    e_payload text[], e_metadata text[],
    OUT outcome text, OUT head_before bigint, OUT head_at bigint, OUT stored_at bigint, OUT after bigint[],
    OUT bad integer[], OUT bad_type text[], OUT bad_aggregate text[])
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    -- How its statements are planned is set by the pen for its session: here it would cost more than the statements.
    SET search_path = public, pg_temp AS
$$
DECLARE
    lived_by  text;
    next      bigint;
    stream    integer := 1;
    event     integer := 1;
    wrong     record;
BEGIN
    -- Under a snapshot that is older than the lock, everything below would be decided on the past.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE invalid_transaction_state USING MESSAGE = 'log_append needs READ COMMITTED';
    END IF;
    PERFORM FROM log_head FOR UPDATE;
    SELECT coalesce(head.position, 0), coalesce(head.recorded_at, 0), meta.clock INTO head_before, head_at, lived_by
      FROM log_meta AS meta
      LEFT JOIN LATERAL (SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1) AS head ON true;
    bad := '{}';
    IF known_position > 0 AND (known_position, known_at) <> (head_before, head_at) AND NOT EXISTS (
        SELECT FROM events WHERE position = known_position AND recorded_at = known_at) THEN
        outcome := 'went back';
        RETURN;
    END IF;
    IF cardinality(e_type) > 0 THEN
        IF simulated AND lived_by = 'real' THEN
            outcome := 'clock refused';
            RETURN;
        ELSIF lived_by IS NULL OR (lived_by = 'simulated' AND NOT simulated) THEN
            UPDATE log_meta SET clock = CASE WHEN simulated THEN 'simulated' ELSE 'real' END;
        END IF;
    END IF;
    outcome := 'stored';
    stored_at := greatest(clock_at, head_at);
    after := c_after;
    IF array_position(after, NULL) IS NOT NULL THEN
        FOR i IN 1..cardinality(c_id) LOOP
            IF after[i] IS NULL THEN
                after[i] := coalesce((SELECT max(sequence) FROM events
                                       WHERE aggregate_type = c_type[i] AND aggregate_id = c_aggregate[i]), 0);
            END IF;
        END LOOP;
    END IF;

    -- Streams that were only read are always looked at.
    IF NOT careful AND false = ANY (s_write) THEN
        careful := EXISTS (
            SELECT FROM unnest(s_type, s_aggregate, s_expected, s_write) AS s (type, aggregate, expected, write)
             WHERE NOT write AND expected <> coalesce((SELECT max(sequence) FROM events
                                                       WHERE aggregate_type = type AND aggregate_id = aggregate), 0));
    END IF;

    -- The usual way: the primary keys are the check. A stream that is shorter than expected would get a hole, so its
    -- last event is looked up once its new ones stand.
    IF NOT careful THEN
        BEGIN
            INSERT INTO commands
            SELECT id, actor, name, type, aggregate, c.after,
                   CASE WHEN events > 0 THEN head_before + before + 1 END, events, stored_at, key, mac
              FROM unnest(c_id, c_actor, c_name, c_type, c_aggregate, log_append.after, c_before, c_events, c_key, c_mac)
                   AS c (id, actor, name, type, aggregate, after, before, events, key, mac);
            INSERT INTO events
            SELECT type, aggregate, sequence, name, version, payload::json, metadata::json,
                   head_before + place, stored_at
              FROM unnest(e_type, e_aggregate, e_sequence, e_name, e_version, e_payload, e_metadata) WITH ORDINALITY
                   AS e (type, aggregate, sequence, name, version, payload, metadata, place);
            IF EXISTS (
                SELECT FROM unnest(s_type, s_aggregate, s_expected, s_write) AS s (type, aggregate, expected, write)
                 WHERE write AND expected > 0 AND NOT EXISTS (
                       SELECT FROM events
                        WHERE aggregate_type = type AND aggregate_id = aggregate AND sequence = expected)) THEN
                RAISE unique_violation;
            END IF;
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            -- Everything since BEGIN is undone.
            careful := true;
        END;
    END IF;

    -- The careful way: one after the other, each on what the ones before it left.
    next := head_before + 1;
    FOR i IN 1..cardinality(c_id) LOOP
        IF EXISTS (SELECT FROM commands WHERE command_id = c_id[i]) THEN
            bad := bad || i;
            bad_type := bad_type || NULL::text;
            bad_aggregate := bad_aggregate || NULL::text;
        ELSE
            SELECT type, aggregate INTO wrong
              FROM unnest(s_type[stream : stream + c_streams[i] - 1], s_aggregate[stream : stream + c_streams[i] - 1],
                          s_expected[stream : stream + c_streams[i] - 1]) AS s (type, aggregate, expected)
             WHERE expected <> coalesce((SELECT max(sequence) FROM events
                                         WHERE aggregate_type = type AND aggregate_id = aggregate), 0)
             LIMIT 1;
            IF FOUND THEN
                bad := bad || i;
                bad_type := bad_type || wrong.type;
                bad_aggregate := bad_aggregate || wrong.aggregate;
            ELSE
                IF c_after[i] IS NULL THEN
                    after[i] := coalesce((SELECT max(sequence) FROM events
                                           WHERE aggregate_type = c_type[i] AND aggregate_id = c_aggregate[i]), 0);
                END IF;
                INSERT INTO commands
                VALUES (c_id[i], c_actor[i], c_name[i], c_type[i], c_aggregate[i], after[i],
                        CASE WHEN c_events[i] > 0 THEN next END, c_events[i], stored_at, c_key[i], c_mac[i]);
                INSERT INTO events
                SELECT e_type[n], e_aggregate[n], e_sequence[n], e_name[n], e_version[n], e_payload[n]::json,
                       e_metadata[n]::json, next + n - event, stored_at
                  FROM generate_series(event, event + c_events[i] - 1) AS n;
                next := next + c_events[i];
            END IF;
        END IF;
        stream := stream + c_streams[i];
        event := event + c_events[i];
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION log_append, log_place FROM PUBLIC;
