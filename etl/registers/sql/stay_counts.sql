-- Avoidable stays: acute, of any length, with a listed diagnosis. Acute readmissions: admissions
-- followed by an acute admission that starts at most 30 days after their end, until the same time on
-- the Danish clock. A stay counts in the year in which it starts.
SELECT
    municipality, year, male, age,
    sum(avoidable_stay) AS avoidable_stays,
    sum(admission) AS somatic_admissions,
    sum(readmission) AS acute_readmissions
FROM (
    SELECT *, {age} AS age
    FROM (
        SELECT
            municipality, year(began) AS year, male, birth_date,
            CASE WHEN acute AND avoidable THEN 1 ELSE 0 END AS avoidable_stay,
            0 AS admission,
            0 AS readmission
        FROM stays
        UNION ALL
        SELECT
            municipality, year(began), male, birth_date,
            0,
            1,
            CASE
                WHEN {danish_clock:next_acute} <= {danish_clock:ended} + INTERVAL '30' DAY
                THEN 1 ELSE 0
            END
        FROM admissions
    ) AS counted
) AS aged
GROUP BY municipality, year, male, age
