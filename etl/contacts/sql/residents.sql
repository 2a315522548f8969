-- The same by municipality, region and country. Who moves within a year counts once in each
-- municipality and once in each region and in the country: municipalities add up to more.
SELECT
    'municipality' AS level, municipality AS area, year, male, birth_date,
    general_practice, other_practice, somatic_hospital, psychiatric_hospital, municipal_health
FROM person_years
UNION ALL
SELECT
    'region', region, year, bool_or(male), min(birth_date),
    CAST(sum(general_practice) AS BIGINT),
    CAST(sum(other_practice) AS BIGINT),
    CAST(sum(somatic_hospital) AS BIGINT),
    CAST(sum(psychiatric_hospital) AS BIGINT),
    CAST(sum(municipal_health) AS BIGINT)
FROM person_years JOIN municipalities ON municipalities.municipality = person_years.municipality
GROUP BY person, year, region
UNION ALL
SELECT
    'country', 'dk', year, bool_or(male), min(birth_date),
    CAST(sum(general_practice) AS BIGINT),
    CAST(sum(other_practice) AS BIGINT),
    CAST(sum(somatic_hospital) AS BIGINT),
    CAST(sum(psychiatric_hospital) AS BIGINT),
    CAST(sum(municipal_health) AS BIGINT)
FROM person_years
GROUP BY person, year
