-- Rows that are there already, with the same value in every column the files have.
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
