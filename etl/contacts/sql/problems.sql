-- How many rows there are, and how many have which fault.
SELECT
    count(*) AS contacts,
    count_if(person IS NULL) AS person_missing,
    count_if(municipality IS NULL) AS municipality_missing,
    count_if(birth_date IS NULL) AS birth_date_missing,
    count_if(start_time IS NULL) AS start_time_missing,
    count_if(birth_date > start_time) AS birth_date_late,
    count_if(end_time < start_time) AS end_time_early,
    count_if(sex IS NULL OR sex NOT IN ('female', 'male')) AS sex_unknown,
    count_if(
        sector IS NULL OR sector NOT IN (
            'general_practice', 'other_practice', 'somatic_hospital', 'psychiatric_hospital',
            'municipal_health'
        )
    ) AS sector_unknown,
    count_if(sector = 'somatic_hospital' AND acute IS NULL) AS acute_missing
FROM contacts
