-- What appointments lacked, and the words that orgs write themselves.

-- Which side said that an appointment is over: the desk, or the line that its customer stood in.
ALTER TABLE reservation ADD COLUMN closed_by text CHECK (closed_by IN ('desk', 'line'));
UPDATE reservation SET closed_by = CASE status_before ->> 'status' WHEN 'checked_in' THEN 'line' ELSE 'desk' END
WHERE status IN ('completed', 'no_show');

-- An org's own words for messages, in place of ours.
CREATE TABLE template (
    org_id     text NOT NULL REFERENCES org (id),
    id         text NOT NULL,
    terms      jsonb NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id)
);
-- The one that a reminder names.
ALTER TABLE message ADD COLUMN template_id text;
