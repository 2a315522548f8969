-- Contacts, by the municipality that is stated on them (Sundhedsdatastyrelsen: activity by year and
-- place of residence).
SELECT
    municipality, year, male, age,
    sum(general_practice) AS contacts_general_practice,
    sum(other_practice) AS contacts_other_practice,
    sum(somatic_hospital) AS contacts_somatic_hospital,
    sum(psychiatric_hospital) AS contacts_psychiatric_hospital,
    sum(municipal_health) AS contacts_municipal_health
FROM (SELECT *, {age} AS age FROM person_years) AS aged
GROUP BY municipality, year, male, age
