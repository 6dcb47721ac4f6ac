-- Who follows a ticket besides its customer: those whose own tickets went into it. As its customer stands in its row, so do they.
ALTER TABLE ticket ADD COLUMN followers jsonb;
-- Which of them wrote a message; NULL: the ticket's customer, or an agent.
ALTER TABLE ticket_message ADD COLUMN author_contact text;
