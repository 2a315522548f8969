-- Age band on 1 January of the year, the day on which the people it is divided by are counted.
-- Who is born later in the year is among the youngest. Needs the columns year and birth_date.
CASE
    WHEN birth_date > make_date(year - 18, 1, 1) THEN '0-17'
    WHEN birth_date > make_date(year - 40, 1, 1) THEN '18-39'
    WHEN birth_date > make_date(year - 65, 1, 1) THEN '40-64'
    WHEN birth_date > make_date(year - 80, 1, 1) THEN '65-79'
    ELSE '80+'
END
