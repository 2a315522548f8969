-- When summer time ends, on a clock put back already: the last Sunday of October at 2.
make_date(
    CAST(year(moment) AS INT), 10, 31 - CAST(floor(5 * year(moment) / 4) + 1 AS INT) % 7
) + INTERVAL '2' HOUR
