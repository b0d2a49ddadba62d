-- The embedded vault, from format 2 to format 3: what people hand in with a document.

-- One file of one subject. `sealed` is nonce and ciphertext, closed with the subject's own key, which stands in the
-- ring of its aggregate: erasing the subject ends the key and deletes the row. `name` is the SHA-256 of `sealed`.
-- A row is never changed. `stored` in microseconds UTC: what no fact has named long after is swept.
CREATE TABLE attachments (
    name TEXT PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    aggregate_type TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    stored INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX attachments_by_moment ON attachments (stored);

CREATE TRIGGER an_attachment_is_not_changed BEFORE UPDATE ON attachments
BEGIN SELECT RAISE(ABORT, 'an attachment is not changed'); END;

UPDATE vault_meta SET format = 3;
