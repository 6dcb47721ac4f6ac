-- The outbox: what is to be told to people outside, committed with its cause, and how far each telling has come.

-- Insert-only. Its id follows from cause, kind and recipient, so a repeat is the same row.
CREATE TABLE message (
    org_id            text NOT NULL,
    id                text NOT NULL,
    created_at        timestamptz NOT NULL,
    kind              text NOT NULL,
    channel           text NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
    recipient         text NOT NULL,
    recipient_name    text NOT NULL,
    locale            text,
    timezone          text,
    -- What the template is filled with.
    data              jsonb NOT NULL,
    -- The calendar entry that goes with it.
    calendar          jsonb,
    cause_kind        text NOT NULL,
    cause_id          text NOT NULL,
    reply_to          text,
    in_reply_to       text,
    thread_references text[] NOT NULL,
    urgent            boolean NOT NULL,
    due_at            timestamptz NOT NULL,
    useful_until      timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX message_newest ON message (org_id, created_at, id);

-- Inserted with the message, by the same statement; from then on only the Notifier writes it, under a fence.
CREATE TABLE delivery (
    org_id          text NOT NULL,
    message_id      text NOT NULL,
    channel         text NOT NULL,
    state           text NOT NULL CHECK (state IN ('waiting', 'sent', 'dead', 'skipped')),
    attempts        int NOT NULL CHECK (attempts >= 0),
    -- NULL while waiting: nothing is set up that could carry it.
    next_attempt_at timestamptz,
    last_error      text,
    sent_at         timestamptz,
    replayed_at     timestamptz,
    PRIMARY KEY (org_id, message_id)
);
-- By channel: one that is stuck must not hold up the others.
CREATE INDEX delivery_waiting ON delivery (channel, next_attempt_at) WHERE state = 'waiting';
