-- The same for each file.
SELECT source_file, {counted}
FROM (SELECT source_file, {faults} FROM contacts) AS judged
GROUP BY source_file
