-- One row a person, year and municipality stated on a contact: how many contacts with each sector,
-- and the first of them. A contact belongs to the year in which it starts (Sundhedsdatastyrelsen).
-- A person has one sex and one birth date; where the rows of a municipality and year differ, one is
-- used. (FILTER, for count_if keeps a wider state in DuckDB: at 100 million rows twice the time.)
SELECT
    person,
    year(start_time) AS year,
    municipality,
    min(start_time) AS first_contact,
    min(residence_1_january) AS residence_1_january,
    bool_or(sex = 'male') AS male,
    min(birth_date) AS birth_date,
    max(birth_date) AS last_birth_date,
    bool_and(sex = 'male') AS always_male,
    count(*) FILTER (WHERE sector = 'general_practice') AS general_practice,
    count(*) FILTER (WHERE sector = 'other_practice') AS other_practice,
    count(*) FILTER (WHERE sector = 'somatic_hospital') AS somatic_hospital,
    count(*) FILTER (WHERE sector = 'psychiatric_hospital') AS psychiatric_hospital,
    count(*) FILTER (WHERE sector = 'municipal_health') AS municipal_health
FROM contacts
GROUP BY person, year(start_time), municipality
