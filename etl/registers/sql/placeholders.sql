-- Pseudonyms that cannot be one person, and how many rows they have: one that has more contacts in a
-- year than anybody, or more birth dates than mistakes explain.
SELECT count(*) AS persons, coalesce(sum(contacts), 0) AS contacts
FROM (
    SELECT
        person,
        sum(
            general_practice + other_practice + somatic_hospital + psychiatric_hospital
            + municipal_health
        ) AS contacts
    FROM residents
    WHERE person IN (
        SELECT person
        FROM residents
        WHERE general_practice + other_practice + somatic_hospital + psychiatric_hospital
            + municipal_health > {most_contacts}
        UNION
        SELECT person
        FROM contacts
        WHERE person IN (SELECT person FROM mixed)
        GROUP BY person
        HAVING count(DISTINCT birth_date) > {most_births}
    )
    GROUP BY person
) AS counted
