-- Pseudonyms that have more than one birth date or both sexes: a mistake in a row, or several people.
SELECT person
FROM person_years
GROUP BY person
HAVING min(birth_date) <> max(last_birth_date) OR bool_or(male) <> bool_and(always_male)
