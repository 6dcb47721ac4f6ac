-- What the public opened of late: a start counts by it whom it may still cause a mail. Nothing that staff does is in it.
CREATE INDEX event_opened_by_public ON event (org_id, at) WHERE kind = 'ticket.created' AND by_subject IS NULL;
