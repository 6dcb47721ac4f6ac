-- The house: orgs, lanes that order and fence all writes, service points with their queues, contacts, events,
-- idempotency keys and hand-overs. Runs on PostgreSQL 15 and newer.

-- Which server may write. One row; a heartbeat younger than ten seconds refuses a newcomer.
CREATE TABLE node (
    id           int PRIMARY KEY CHECK (id = 1),
    owner        uuid NOT NULL,
    heartbeat_at timestamptz NOT NULL
);

-- A lane is one ordered, fenced stream of batches. Orgs are spread over a fixed number of them.
CREATE TABLE lane (
    id    int PRIMARY KEY,
    owner uuid,
    epoch bigint NOT NULL DEFAULT 0,
    seq   bigint NOT NULL DEFAULT 0
);
INSERT INTO lane (id) SELECT generate_series(0, 7);

CREATE TABLE org (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    timezone   text NOT NULL,
    currency   text NOT NULL,
    lane       int NOT NULL REFERENCES lane (id),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE service_point (
    org_id                  text NOT NULL REFERENCES org (id),
    id                      text NOT NULL,
    name                    text NOT NULL,
    location                text NOT NULL,
    capacity                int NOT NULL CHECK (capacity > 0),
    timezone                text NOT NULL,
    hours                   jsonb,
    max_waiting             int NOT NULL,
    average_service_minutes int NOT NULL,
    grace_minutes           int NOT NULL,
    auto_no_show            boolean NOT NULL,
    require_check_in        boolean NOT NULL,
    priorities              text[] NOT NULL,
    wait_limit_minutes      int NOT NULL,
    admission               text NOT NULL CHECK (admission IN ('open', 'paused', 'closed')),
    paused_by               text,
    paused_at               timestamptz,
    paused_until            timestamptz,
    version                 bigint NOT NULL,
    -- What the queue counts: numbers restart with the local day.
    day                     date NOT NULL,
    last_number             int NOT NULL,
    recent_service_seconds  int[] NOT NULL,
    today                   jsonb NOT NULL,
    queue_version           bigint NOT NULL,
    -- When time alone will next change something here.
    wake_at                 timestamptz,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    deleted_at              timestamptz,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE queue_entry (
    org_id              text NOT NULL,
    id                  text NOT NULL,
    point_id            text NOT NULL,
    day                 date NOT NULL,
    number              int NOT NULL CHECK (number > 0),
    token               text NOT NULL,
    customer_name       text NOT NULL,
    customer_phone      text,
    customer_email      text,
    contact_id          text,
    party_size          int NOT NULL,
    service             text,
    priority            text,
    joined_at           timestamptz NOT NULL,
    place_rank          smallint NOT NULL,
    place_effective_at  timestamptz NOT NULL,
    place_order         bigint NOT NULL,
    checked_in_at       timestamptz,
    reached_at          timestamptz,
    quoted_wait_minutes int NOT NULL,
    let_pass            int NOT NULL,
    state               text NOT NULL CHECK (state IN
                          ('waiting', 'called', 'serving', 'served', 'no_show', 'left', 'cancelled', 'transferred')),
    called_at           timestamptz,
    last_called_at      timestamptz,
    calls               int NOT NULL,
    started_at          timestamptz,
    ended_at            timestamptz,
    counter             text,
    by_subject          text,
    automatic           boolean NOT NULL,
    -- While it is on its way to another point.
    transfer            jsonb,
    -- What an undo would bring back.
    last_act            jsonb,
    version             bigint NOT NULL,
    -- No foreign key to service_point: the point's owner is the only one who writes here, and looking the point up for
    -- every visit costs a seventh of the database's time.
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX queue_entry_number ON queue_entry (org_id, point_id, day, number);
CREATE INDEX queue_entry_open ON queue_entry (org_id, point_id) WHERE ended_at IS NULL;
CREATE INDEX queue_entry_ended ON queue_entry (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX queue_entry_history ON queue_entry (org_id, point_id, joined_at);

CREATE TABLE contact (
    org_id     text NOT NULL,
    id         text NOT NULL,
    name       text NOT NULL,
    email      text,
    phone      text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- What has happened. Ids of persons and messages only, no personal data: a person can be erased, history stays whole.
CREATE TABLE event (
    org_id     text NOT NULL,
    lane_seq   bigint NOT NULL,
    index      int NOT NULL,
    at         timestamptz NOT NULL,
    kind       text NOT NULL,
    point_id   text,
    entry_id   text,
    contact_id text,
    by_subject text,
    data       jsonb NOT NULL,
    PRIMARY KEY (org_id, lane_seq, index)
);
CREATE INDEX event_contact ON event (org_id, contact_id, lane_seq, index) WHERE contact_id IS NOT NULL;

-- The first answer to each Idempotency-Key, kept for a day.
CREATE TABLE idempotency (
    org_id      text NOT NULL,
    route       text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    owner_id    text NOT NULL,
    answer      jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    -- With its owner: one key sent to two owners at the same moment is a client's mistake, and must not hurt a batch.
    PRIMARY KEY (org_id, route, key, owner_id)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Visits on their way from one point to another.
CREATE TABLE handover (
    org_id     text NOT NULL,
    id         text NOT NULL,
    source_id  text NOT NULL,
    target_id  text NOT NULL,
    entry_id   text NOT NULL,
    state      text NOT NULL CHECK (state IN ('travelling', 'received', 'returned')),
    payload    jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX handover_travelling ON handover (created_at) WHERE state = 'travelling';
