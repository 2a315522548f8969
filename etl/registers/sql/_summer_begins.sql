-- When summer time begins in the year of a moment: the last Sunday of March at 2 (rule of the EU).
make_date(
    CAST(year(moment) AS INT), 3, 31 - CAST(floor(5 * year(moment) / 4) + 4 AS INT) % 7
) + INTERVAL '2' HOUR
