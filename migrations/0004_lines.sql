-- Lines, leaner and with appointments in them.

-- The appointment that a visit is.
ALTER TABLE queue_entry ADD COLUMN reservation_id text;
-- Visits of appointments, and the appointments whose visit goes on: what a start compares.
CREATE INDEX queue_entry_reservation ON queue_entry (org_id, reservation_id) WHERE reservation_id IS NOT NULL;
CREATE INDEX reservation_checked_in ON reservation (org_id, id) WHERE status = 'checked_in';

-- What a start reads: what is open (null, which costs a join next to nothing), and what ended a moment ago.
DROP INDEX queue_entry_open;
DROP INDEX queue_entry_ended;
CREATE INDEX queue_entry_ended ON queue_entry (ended_at);

CREATE INDEX handover_entry ON handover (org_id, entry_id);

-- An answer says which kind of owner gave it.
UPDATE idempotency SET answer = jsonb_build_object('of', 'queue', 'answer', answer);

-- Parts of rows as a batch sends them (whole rows go as their table's own type): what a queue counts of its point, and how
-- a hand-over ended.
CREATE TYPE point_counters AS (
    org_id                 text,
    id                     text,
    day                    date,
    last_number            int,
    recent_service_seconds int[],
    today                  jsonb,
    queue_version          bigint,
    wake_at                timestamptz
);
CREATE TYPE handover_end AS (
    org_id text,
    id     text,
    state  text
);
