-- Attendances at a somatic hospital, each with the latest end of those before it and of them all.
-- One without an end lasts no time. Of several that start at once an acute one is first, then one
-- with a listed diagnosis, then by municipality, sex and birth date, so that the order never depends
-- on chance. Times are those of a clock that is never put forward.
SELECT
    person, began, acute, avoidable, municipality, male, birth_date,
    max(ended) OVER (
        PARTITION BY person
        ORDER BY began, acute DESC, avoidable DESC, municipality, male, birth_date
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_before,
    max(ended) OVER (PARTITION BY person) AS end_of_all
FROM (
    SELECT
        person, began, coalesce(ended, began) AS ended, acute,
        listed.diagnosis_group IS NOT NULL AS avoidable,
        municipality, sex = 'male' AS male, birth_date
    FROM contacts
    LEFT JOIN avoidable_diagnoses AS listed
        ON listed.diagnosis_group = contacts.diagnosis_group
    WHERE sector = 'somatic_hospital'
) AS attended
