-- Unique citizens with contact, their contacts, and how many sectors they met in the year: of
-- practice (general and other), hospital (somatic and psychiatric) and municipality
-- (Sundhedsdatastyrelsen, Populationsoverblik).
SELECT
    level, area, year, male, age,
    count_if(general_practice > 0) AS citizens_general_practice,
    count_if(other_practice > 0) AS citizens_other_practice,
    count_if(somatic_hospital > 0) AS citizens_somatic_hospital,
    count_if(psychiatric_hospital > 0) AS citizens_psychiatric_hospital,
    count_if(municipal_health > 0) AS citizens_municipal_health,
    count(*) AS citizens_all,
    count_if(sectors = 1) AS citizens_one_sector,
    count_if(sectors = 2) AS citizens_two_sectors,
    count_if(sectors = 3) AS citizens_three_sectors,
    sum(general_practice) AS contacts_general_practice,
    sum(other_practice) AS contacts_other_practice,
    sum(somatic_hospital) AS contacts_somatic_hospital,
    sum(psychiatric_hospital) AS contacts_psychiatric_hospital,
    sum(municipal_health) AS contacts_municipal_health
FROM (
    SELECT
        *,
        {age} AS age,
        CASE WHEN general_practice + other_practice > 0 THEN 1 ELSE 0 END
            + CASE WHEN somatic_hospital + psychiatric_hospital > 0 THEN 1 ELSE 0 END
            + CASE WHEN municipal_health > 0 THEN 1 ELSE 0 END AS sectors
    FROM residents
) AS aged
GROUP BY level, area, year, male, age
