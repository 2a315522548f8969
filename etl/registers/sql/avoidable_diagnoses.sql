-- The nine groups of diagnoses whose acute stays count as avoidable (forebyggelige sygehusophold).
-- Source: Sundhedsdatastyrelsen and Danmarks Statistik, the indicator for citizens of 65 or more:
-- dehydration, constipation, lower airways, urinary infection, gastroenteritis, fractures,
-- nutritional anaemia, social and care reasons, pressure ulcers.
SELECT diagnosis_group
FROM (VALUES
    ('dehydration'),
    ('constipation'),
    ('lower_airways'),
    ('urinary_infection'),
    ('gastroenteritis'),
    ('fractures'),
    ('nutritional_anaemia'),
    ('social_care'),
    ('pressure_ulcers')
) AS listed(diagnosis_group)
