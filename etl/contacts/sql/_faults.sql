-- What can be wrong with a row of contacts. The columns person_blank, end_time_early and ..._unread
-- come with the reading (etl/contacts/reading.py), which knows how the files write them.
    person IS NULL OR person_blank AS person_missing,
    municipality IS NULL AS municipality_missing,
    coalesce(municipality NOT IN (SELECT municipality FROM municipalities), false)
        AS municipality_unknown,
    coalesce(residence_1_january NOT IN (SELECT municipality FROM municipalities), false)
        AS residence_1_january_unknown,
    birth_date IS NULL AND NOT birth_date_unread AS birth_date_missing,
    birth_date_unread,
    start_time IS NULL AND NOT start_time_unread AS start_time_missing,
    start_time_unread,
    end_time_unread,
    coalesce(birth_date > start_time, false) AS birth_date_late,
    end_time_early,
    coalesce(sex NOT IN ('female', 'male'), true) AS sex_unknown,
    coalesce(
        sector NOT IN (
            'general_practice', 'other_practice', 'somatic_hospital', 'psychiatric_hospital',
            'municipal_health'
        ),
        true
    ) AS sector_unknown,
    coalesce(sector = 'somatic_hospital' AND acute IS NULL AND NOT acute_unread, false)
        AS acute_missing,
    acute_unread
