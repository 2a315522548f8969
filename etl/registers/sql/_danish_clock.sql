-- What the Danish clock says when a clock that is never put forward says a moment.
CASE
    WHEN moment >= {summer_begins:moment} AND moment < {summer_ends:moment}
    THEN moment + INTERVAL '1' HOUR
    ELSE moment
END
