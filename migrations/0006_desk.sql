-- The desk: tickets with their clocks, what is written in them, and what an org configures for them.

-- Trusted: the owner of a database may add it. Lets one index speak of an org and of words.
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE ticket (
    org_id           text NOT NULL,
    id               text NOT NULL,
    number           bigint NOT NULL,
    subject          text NOT NULL,
    description      text NOT NULL,
    contact_id       text NOT NULL,
    -- As it was written; contact_id follows from its folded form.
    requester_email  text,
    requester_name   text NOT NULL,
    status           text NOT NULL CHECK (status IN ('open', 'in-progress', 'pending', 'resolved', 'closed')),
    -- 0 low, 1 normal, 2 high, 3 urgent: lists are sorted by it.
    priority         smallint NOT NULL CHECK (priority BETWEEN 0 AND 3),
    assignee_id      text,
    team             text,
    tags             text[] NOT NULL,
    channel          text NOT NULL CHECK (channel IN ('web', 'email', 'phone', 'api')),
    policy_id        text,
    -- The clocks as they stood at the last change; how they run on follows from policy and calendar.
    clocks           jsonb NOT NULL,
    -- The earliest moment at which a running clock is or was due: for lists.
    due_at           timestamptz,
    -- Whether any clock of it ever ran out: for lists.
    breached         boolean NOT NULL,
    escalation_level smallint NOT NULL,
    merged_into      text,
    follows          text,
    token            text NOT NULL,
    last_mail_id     text,
    satisfaction     jsonb,
    version          bigint NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    deleted_at       timestamptz,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX ticket_number ON ticket (org_id, number);
CREATE INDEX ticket_contact ON ticket (org_id, contact_id, number);
-- What is worked on, by when it is due; it is also what a start reads.
CREATE INDEX ticket_due ON ticket (org_id, due_at, number)
    WHERE status IN ('open', 'in-progress', 'pending') AND deleted_at IS NULL;
CREATE INDEX ticket_updated ON ticket (org_id, updated_at, number);

-- What tickets are found by, apart from them: a change of a ticket must not cost a change of this.
CREATE TABLE ticket_words (
    org_id text NOT NULL,
    id     text NOT NULL,
    words  tsvector NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX ticket_words_found ON ticket_words USING gin (org_id, words);

-- What the customer sees of a conversation. Insert-only.
CREATE TABLE ticket_message (
    org_id         text NOT NULL,
    id             text NOT NULL,
    ticket_id      text NOT NULL,
    -- NULL: the customer wrote it, else the agent with this subject.
    author_subject text,
    body           text NOT NULL,
    attachments    jsonb NOT NULL,
    -- The Message-ID of the mail that it came by.
    mail_id        text,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX ticket_message_thread ON ticket_message (org_id, ticket_id, created_at, id);
CREATE INDEX ticket_message_mail ON ticket_message (org_id, mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX ticket_message_words ON ticket_message USING gin (org_id, to_tsvector('simple', body));

-- The files of messages. Insert-only.
CREATE TABLE attachment (
    org_id       text NOT NULL,
    id           text NOT NULL,
    ticket_id    text NOT NULL,
    message_id   text NOT NULL,
    name         text NOT NULL,
    content_type text NOT NULL,
    bytes        bytea NOT NULL,
    PRIMARY KEY (org_id, id)
);
-- What comes compressed is not compressed again.
ALTER TABLE attachment ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What only the staff side sees: a table of its own, so that no query for a customer can reach it. Insert-only.
CREATE TABLE ticket_comment (
    org_id         text NOT NULL,
    id             text NOT NULL,
    ticket_id      text NOT NULL,
    author_subject text,
    body           text NOT NULL,
    mentions       text[] NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX ticket_comment_thread ON ticket_comment (org_id, ticket_id, created_at, id);

-- SLA policies, business calendars and canned responses: what they say is read by the domain alone.
CREATE TABLE desk_configuration (
    org_id     text NOT NULL REFERENCES org (id),
    kind       text NOT NULL CHECK (kind IN ('sla-policy', 'business-calendar', 'canned-response')),
    id         text NOT NULL,
    terms      jsonb NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (org_id, kind, id)
);

-- The history of a ticket, from which its clocks can be computed anew, and of the terms that they followed.
ALTER TABLE event ADD COLUMN ticket_id text;
CREATE INDEX event_ticket ON event (org_id, ticket_id, lane_seq, index) WHERE ticket_id IS NOT NULL;
CREATE INDEX event_terms ON event (org_id, lane_seq, index)
    WHERE kind IN ('sla_policy.changed', 'business_calendar.changed');
