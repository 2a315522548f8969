-- Rows that are there already, with the same value in each of some columns. Columns that are not read
-- are let be: a contact delivered twice may be of another load the second time.
SELECT source_file, source_row
FROM (
    SELECT
        source_file, source_row,
        row_number() OVER (
            PARTITION BY {columns} ORDER BY source_file, source_row
        ) AS occurrence
    FROM delivered
    WHERE {fingerprint} IN (SELECT fingerprint FROM repeated)
) AS alike
WHERE occurrence > 1
