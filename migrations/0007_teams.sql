-- Teams: one more kind of what an org configures for its tickets, with whose turn it was last.
ALTER TABLE desk_configuration DROP CONSTRAINT desk_configuration_kind_check;
ALTER TABLE desk_configuration ADD CONSTRAINT desk_configuration_kind_check
    CHECK (kind IN ('sla-policy', 'business-calendar', 'canned-response', 'team'));
