-- One row a person and year, in one municipality: so that nobody is counted twice, municipalities
-- add up to their region, and regions to the country. It is the residence on 1 January of the year
-- where the rows say it (of several the lowest code), else that of the first contact in the year
-- (of contacts that start at once, the lowest code).
SELECT
    person,
    year,
    coalesce(
        min(residence_1_january),
        min_by(municipality, (first_contact, municipality))
    ) AS municipality,
    bool_or(male) AS male,
    min(birth_date) AS birth_date,
    sum(general_practice) AS general_practice,
    sum(other_practice) AS other_practice,
    sum(somatic_hospital) AS somatic_hospital,
    sum(psychiatric_hospital) AS psychiatric_hospital,
    sum(municipal_health) AS municipal_health
FROM person_years
GROUP BY person, year
