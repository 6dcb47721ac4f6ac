-- The version that the message made of its ticket: what was said within one instant stands in the order in which it came, and
-- the index of the thread, which leads to the instant, need not be built anew. What was said before keeps the order that it
-- had.
ALTER TABLE ticket_message ADD COLUMN ticket_version bigint NOT NULL DEFAULT 0;
ALTER TABLE ticket_message ALTER COLUMN ticket_version DROP DEFAULT;
