-- The log in one SQLite file. `events` is the table that sqlite-es reads and writes, with the two columns that give
-- the whole log one order. They are NULL only between a plain INSERT by sqlite-es and the trigger that fills them.
CREATE TABLE events (
    aggregate_type text    NOT NULL,
    aggregate_id   text    NOT NULL,
    sequence       integer NOT NULL CHECK (sequence >= 1),
    event_type     text    NOT NULL,
    event_version  text    NOT NULL,
    payload        text    NOT NULL CHECK (json_valid(payload)),
    metadata       text    NOT NULL CHECK (json_valid(metadata)),
    position       integer UNIQUE CHECK (position >= 1),
    recorded_at    integer CHECK ((recorded_at IS NULL) = (position IS NULL)), -- microseconds UTC
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
) STRICT;

-- Every command that was done, also one that changed nothing.
CREATE TABLE commands (
    command_id     text    NOT NULL PRIMARY KEY,
    actor          text    NOT NULL,
    name           text    NOT NULL,
    aggregate_type text    NOT NULL,
    aggregate_id   text    NOT NULL,
    sequence_after integer NOT NULL,
    first_position integer,
    events         integer NOT NULL,
    recorded_at    integer NOT NULL,
    mac_key        text    NOT NULL,
    body_mac       text    NOT NULL
) STRICT, WITHOUT ROWID;

-- One row. `clock` is NULL until the first event, then 'simulated' or 'real'; 'real' is for ever.
CREATE TABLE log_meta (
    one    integer NOT NULL PRIMARY KEY CHECK (one = 1),
    id     text    NOT NULL,
    format integer NOT NULL,
    clock  text    CHECK (clock IN ('simulated', 'real'))
) STRICT;

-- What sqlite-es loads: an event's place stands in its metadata, as strings, because cqrs-es can load nothing else.
CREATE VIEW stream AS
SELECT aggregate_type, aggregate_id, sequence, event_type, event_version, payload,
       json_set(metadata, '$.position', CAST(position AS text), '$.recorded_at', CAST(recorded_at AS text)) AS metadata
  FROM events;

-- A plain INSERT may not leave a hole in its stream. One that comes late meets the primary key, as sqlite-es expects.
CREATE TRIGGER events_plain_follows BEFORE INSERT ON events
WHEN NEW.position IS NULL AND NEW.sequence > 1
BEGIN
    SELECT RAISE(ABORT, 'the event leaves a hole in its stream')
     WHERE NOT EXISTS (SELECT 1 FROM events
                        WHERE aggregate_type = NEW.aggregate_type AND aggregate_id = NEW.aggregate_id
                          AND sequence = NEW.sequence - 1);
END;

-- A plain INSERT gets its place here.
CREATE TRIGGER events_plain_placed AFTER INSERT ON events
WHEN NEW.position IS NULL
BEGIN
    UPDATE log_meta SET clock = 'real' WHERE clock IS NOT 'real';
    UPDATE events
       SET position = 1 + coalesce((SELECT max(position) FROM events), 0),
           recorded_at = max(CAST((julianday('now') - 2440587.5) * 86400000000 AS integer),
                             coalesce((SELECT recorded_at FROM events WHERE position IS NOT NULL
                                        ORDER BY position DESC LIMIT 1), 0))
     WHERE aggregate_type = NEW.aggregate_type AND aggregate_id = NEW.aggregate_id AND sequence = NEW.sequence;
END;

-- What is written stays. Only the trigger above touches a row again, once.
CREATE TRIGGER events_stay BEFORE UPDATE ON events
WHEN OLD.position IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

CREATE TRIGGER events_last BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

CREATE TRIGGER commands_stay BEFORE UPDATE ON commands
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;

CREATE TRIGGER commands_last BEFORE DELETE ON commands
BEGIN
    SELECT RAISE(ABORT, 'the log is append-only');
END;
