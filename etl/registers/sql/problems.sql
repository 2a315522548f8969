-- How many rows there are, and how many have which fault.
SELECT count(*) AS contacts, {counted}
FROM (SELECT {faults} FROM contacts) AS judged
