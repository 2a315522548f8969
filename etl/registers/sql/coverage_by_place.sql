-- How many contacts each municipality has with each sector in each month: whether any is missing.
SELECT
    municipality,
    sector,
    year(start_time) AS year,
    month(start_time) AS month,
    count(*) AS contacts
FROM contacts
GROUP BY municipality, sector, year(start_time), month(start_time)
