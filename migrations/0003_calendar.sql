-- The calendar: definitions and staff, reservations with the time that they take from others, slots that are kept, and
-- who waits for one. Documents hold what SQL never looks into.

-- Trusted: the owner of a database may add it. Lets one constraint speak of equal texts and of overlapping spans.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE definition (
    org_id     text NOT NULL REFERENCES org (id),
    id         text NOT NULL,
    terms      jsonb NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE staff (
    org_id     text NOT NULL REFERENCES org (id),
    id         text NOT NULL,
    terms      jsonb NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE reservation (
    org_id                text NOT NULL,
    id                    text NOT NULL,
    number                text NOT NULL,
    calendar_uid          text NOT NULL,
    sequence              int NOT NULL,
    definition_id         text NOT NULL,
    starts_at             timestamptz NOT NULL,
    ends_at               timestamptz NOT NULL,
    buffer_before_minutes int NOT NULL,
    buffer_after_minutes  int NOT NULL,
    staff_ids             text[] NOT NULL,
    point_id              text,
    -- Folded, for finding; as it was written it stands in the document.
    email                 text NOT NULL,
    contact_id            text NOT NULL,
    customer              jsonb NOT NULL,
    notes                 text NOT NULL,
    party_size            int NOT NULL,
    fingerprint           text NOT NULL,
    repeat_mails          int NOT NULL,
    planned_at            timestamptz NOT NULL,
    reminded              jsonb NOT NULL,
    status                text NOT NULL CHECK (status IN
                            ('pending', 'confirmed', 'checked_in', 'completed', 'no_show', 'cancelled')),
    status_at             timestamptz,
    -- What takes who has come into the queue of the point.
    arrival               jsonb,
    -- The status that an undo brings back.
    status_before         jsonb,
    cancelled_by          text,
    cancel_reason         text,
    version               bigint NOT NULL,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    deleted_at            timestamptz,
    -- No foreign key to definition, for the reason that stands at queue_entry.
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX reservation_number ON reservation (org_id, number);
-- Lists by start. The id, which tells those of one moment apart, is left out: the index is a third as wide without it.
CREATE INDEX reservation_start ON reservation (org_id, starts_at);
CREATE INDEX reservation_email ON reservation (org_id, email);
CREATE INDEX reservation_contact ON reservation (org_id, contact_id);
-- What a start reads: from this moment on a reservation begins to be forgotten.
CREATE INDEX reservation_settled ON reservation
    (org_id, greatest(updated_at, CASE status WHEN 'cancelled' THEN updated_at ELSE ends_at END));

-- What a reservation takes from others, buffers included: the second guard against double booking, behind the calendar
-- itself. A batch removes what has changed before it adds, so two who swap are never in each other's way.
CREATE TABLE reservation_spot (
    org_id         text NOT NULL,
    reservation_id text NOT NULL,
    resource       text NOT NULL,
    span           tstzrange NOT NULL,
    session        text NOT NULL,
    PRIMARY KEY (org_id, reservation_id, resource),
    CONSTRAINT reservation_spot_taken
        EXCLUDE USING gist (org_id WITH =, resource WITH =, span WITH &&, session WITH <>)
);

-- A slot that is kept no more has no row.
CREATE TABLE hold (
    org_id                text NOT NULL,
    id                    text NOT NULL,
    definition_id         text NOT NULL,
    starts_at             timestamptz NOT NULL,
    ends_at               timestamptz NOT NULL,
    buffer_before_minutes int NOT NULL,
    buffer_after_minutes  int NOT NULL,
    staff_ids             text[] NOT NULL,
    point_id              text,
    party_size            int NOT NULL,
    offered_to            text,
    created_at            timestamptz NOT NULL,
    expires_at            timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE waitlist (
    org_id         text NOT NULL,
    id             text NOT NULL,
    secret         text NOT NULL,
    definition_id  text NOT NULL,
    wanted_from    timestamptz NOT NULL,
    wanted_to      timestamptz NOT NULL,
    staff_id       text,
    party_size     int NOT NULL,
    contact_id     text NOT NULL,
    customer       jsonb NOT NULL,
    offered        timestamptz[] NOT NULL,
    state          text NOT NULL CHECK (state IN ('waiting', 'offered', 'booked', 'ended')),
    hold_id        text,
    reservation_id text,
    version        bigint NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX waitlist_open ON waitlist (org_id) WHERE state IN ('waiting', 'offered');

-- What tells a row that goes from others of its table.
CREATE TYPE row_key AS (
    org_id text,
    id     text
);
