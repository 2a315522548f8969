-- Admissions (indlæggelser): stays of 12 hours or more, each with the start of the person's next
-- acute admission (Sundhedsdatastyrelsen).
SELECT
    *,
    min(CASE WHEN acute THEN began END) OVER (
        PARTITION BY person ORDER BY began
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS next_acute
FROM stays
WHERE ended >= began + INTERVAL '12' HOUR
