-- Unique citizens with contact, and how many sectors they met in the year: of practice (general and
-- other), hospital (somatic and psychiatric) and municipality (Sundhedsdatastyrelsen,
-- Populationsoverblik).
SELECT
    municipality, year, male, age,
    count_if(general_practice > 0) AS citizens_general_practice,
    count_if(other_practice > 0) AS citizens_other_practice,
    count_if(somatic_hospital > 0) AS citizens_somatic_hospital,
    count_if(psychiatric_hospital > 0) AS citizens_psychiatric_hospital,
    count_if(municipal_health > 0) AS citizens_municipal_health,
    count(*) AS citizens_all,
    count_if(sectors = 1) AS citizens_one_sector,
    count_if(sectors = 2) AS citizens_two_sectors,
    count_if(sectors = 3) AS citizens_three_sectors
FROM (
    SELECT
        *,
        {age} AS age,
        CASE WHEN general_practice + other_practice > 0 THEN 1 ELSE 0 END
            + CASE WHEN somatic_hospital + psychiatric_hospital > 0 THEN 1 ELSE 0 END
            + CASE WHEN municipal_health > 0 THEN 1 ELSE 0 END AS sectors
    FROM residents
) AS aged
GROUP BY municipality, year, male, age
