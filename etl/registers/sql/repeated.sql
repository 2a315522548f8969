-- Fingerprints that several rows have: with a few by chance, all of the rows that are there twice.
SELECT fingerprint
FROM (SELECT {fingerprint} AS fingerprint FROM delivered) AS rows_delivered
GROUP BY fingerprint
HAVING count(*) > 1
