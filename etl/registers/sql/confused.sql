-- Persons whose pseudonym is also written another way: with zeros in front, with .0 behind, with
-- spaces or hyphens, in capital letters. Of a pseudonym that is no number of any kind (decimal or
-- hexadecimal) only the spaces around it are looked at.
SELECT person
FROM (
    SELECT person, count(*) OVER (PARTITION BY plain) AS spellings
    FROM (
        SELECT
            person,
            CASE
                WHEN regexp_extract(trim(person), '^[0-9A-Fa-f -]+([.]0*)?$', 0) <> ''
                THEN regexp_replace(
                    replace(
                        replace(lower(regexp_replace(trim(person), '[.]0*$', '')), '-', ''), ' ', ''
                    ),
                    '^0+', ''
                )
                ELSE trim(person)
            END AS plain
        FROM (SELECT DISTINCT person FROM person_years) AS persons
    ) AS spelt
) AS counted
WHERE spellings > 1
