-- What a clock would say that is never put forward, when the Danish clock says a moment: the time
-- between two such times is the time that has passed. Of the hour that is there twice in autumn the
-- first is meant; one of the hour that spring leaves out was read from a clock not put forward.
CASE
    WHEN moment >= {summer_begins:moment} + INTERVAL '1' HOUR
        AND moment < {summer_ends:moment} + INTERVAL '1' HOUR
    THEN moment - INTERVAL '1' HOUR
    ELSE moment
END
