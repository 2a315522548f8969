-- How many persons of a year each sector met, how many of them any other sector met too, and how
-- many persons the other sectors met: whether pseudonyms are the same in every sector.
WITH met AS (
    SELECT
        year, general_practice, other_practice, somatic_hospital, psychiatric_hospital,
        municipal_health,
        general_practice + other_practice + somatic_hospital + psychiatric_hospital
            + municipal_health AS contacts
    FROM residents
)
SELECT
    year, sector,
    count_if(own > 0) AS persons,
    count_if(own > 0 AND contacts > own) AS shared,
    count_if(contacts > own) AS others
FROM (
    SELECT year, 'general_practice' AS sector, general_practice AS own, contacts FROM met
    UNION ALL
    SELECT year, 'other_practice' AS sector, other_practice AS own, contacts FROM met
    UNION ALL
    SELECT year, 'somatic_hospital' AS sector, somatic_hospital AS own, contacts FROM met
    UNION ALL
    SELECT year, 'psychiatric_hospital' AS sector, psychiatric_hospital AS own, contacts FROM met
    UNION ALL
    SELECT year, 'municipal_health' AS sector, municipal_health AS own, contacts FROM met
) AS by_sector
GROUP BY year, sector
