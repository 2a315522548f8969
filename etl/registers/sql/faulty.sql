-- The rows that have a fault, and which.
SELECT *
FROM (SELECT source_file, source_row, {faults} FROM contacts) AS judged
WHERE {any}
