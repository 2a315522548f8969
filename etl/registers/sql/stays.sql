-- Hospital stays (sygehusophold): attendances of a person linked when they overlap or lie at most
-- 4 hours apart (Sundhedsdatastyrelsen). A stay is acute, has a listed diagnosis and belongs to the
-- residence that its first attendance says. It ends with the last end before the next one opens.
SELECT
    person, began, acute, avoidable, municipality, male, birth_date,
    coalesce(
        lead(end_before) OVER (PARTITION BY person ORDER BY began),
        end_of_all
    ) AS ended
FROM attendances
WHERE end_before IS NULL OR began > end_before + INTERVAL '4' HOUR
