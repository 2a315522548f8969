-- Admissions (indlæggelser): stays of 12 hours or more, each with the start of the person's next
-- acute admission (Sundhedsdatastyrelsen).
SELECT
    *,
    min(CASE WHEN acute THEN start_time END) OVER (
        PARTITION BY person ORDER BY start_time
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS next_acute
FROM stays
WHERE end_time >= start_time + INTERVAL '12' HOUR
