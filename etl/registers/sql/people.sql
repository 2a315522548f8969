-- Persons of a year, and how many of them were born after its 1 January: they have contacts, and
-- are not among the people who are counted on that day.
SELECT
    year, count(*) AS persons,
    count_if(birth_date > make_date(CAST(year AS INT), 1, 1)) AS born_later
FROM residents
GROUP BY year
