-- A message that nothing carries waits with the moment at which it is due: whether it can be sent is for the server to say,
-- and one that has the setting sends it. Before, its row was changed to say so, with no moment.
UPDATE delivery d SET next_attempt_at = m.due_at
FROM message m
WHERE m.org_id = d.org_id AND m.id = d.message_id AND d.state = 'waiting' AND d.next_attempt_at IS NULL;
