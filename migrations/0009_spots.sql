-- The guard against double booking compares hashes: of texts, the index was half of what a booking costs the database. Two
-- resources of one hash would refuse what is free, once in 2^64; two sessions of one hash would let pass what the calendar
-- itself refuses.
ALTER TABLE reservation_spot
    DROP CONSTRAINT reservation_spot_taken,
    ADD CONSTRAINT reservation_spot_taken EXCLUDE USING gist (
        hashtextextended(resource, hashtextextended(org_id, 0)) WITH =,
        span WITH &&,
        hashtextextended(session, 0) WITH <>
    );
