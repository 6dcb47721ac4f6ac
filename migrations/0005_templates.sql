-- What appointments lacked.

-- Which side said that an appointment is over: the desk, or the line that its customer stood in.
ALTER TABLE reservation ADD COLUMN closed_by text CHECK (closed_by IN ('desk', 'line'));
UPDATE reservation SET closed_by = CASE status_before ->> 'status' WHEN 'checked_in' THEN 'line' ELSE 'desk' END
WHERE status IN ('completed', 'no_show');
