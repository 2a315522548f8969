-- How many contacts each month has, and the first and the last of them: whether a year is whole.
SELECT
    year(start_time) AS year,
    month(start_time) AS month,
    sector,
    count(*) AS contacts,
    min(start_time) AS first_contact,
    max(start_time) AS last_contact
FROM contacts
GROUP BY year(start_time), month(start_time), sector
