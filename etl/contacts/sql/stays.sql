-- Hospital stays (sygehusophold): attendances of a person linked when they overlap or lie at most
-- 4 hours apart (Sundhedsdatastyrelsen). A stay is acute, has a listed diagnosis and belongs to the
-- residence that its first attendance says. It ends with the last end before the next one opens.
SELECT
    person, start_time, acute, avoidable, municipality, male, birth_date,
    coalesce(
        lead(end_before) OVER (PARTITION BY person ORDER BY start_time),
        end_of_all
    ) AS end_time
FROM attendances
WHERE end_before IS NULL OR start_time > end_before + INTERVAL '4' HOUR
