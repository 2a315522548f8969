-- Avoidable stays: acute, of any length, with a listed diagnosis. Acute readmissions: admissions
-- followed by an acute admission that starts at most 30 times 24 hours after their end. A stay
-- counts in the year in which it starts.
SELECT
    municipality, year, male, age,
    sum(avoidable_stay) AS avoidable_stays,
    sum(admission) AS somatic_admissions,
    sum(readmission) AS acute_readmissions
FROM (
    SELECT *, {age} AS age
    FROM (
        SELECT
            municipality, year(start_time) AS year, male, birth_date,
            CASE WHEN acute AND avoidable THEN 1 ELSE 0 END AS avoidable_stay,
            0 AS admission,
            0 AS readmission
        FROM stays
        UNION ALL
        SELECT
            municipality, year(start_time), male, birth_date,
            0,
            1,
            CASE WHEN next_acute <= end_time + INTERVAL '30' DAY THEN 1 ELSE 0 END
        FROM admissions
    ) AS counted
) AS aged
GROUP BY municipality, year, male, age
