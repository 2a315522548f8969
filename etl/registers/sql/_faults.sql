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
    -- Nobody in Denmark has lived to 116; 0001-01-01 and 1900-01-01 stand for an unknown date.
    coalesce(birth_date <= start_time - INTERVAL '120' YEAR, false) AS birth_date_old,
    end_time_early,
    -- 9999-12-31 and the like stand for "not ended yet", and would swallow every later stay. Hospitals
    -- keep nobody two years for the body's sake. What other sectors do may go on for decades (and
    -- counts once, when it starts): there only what no life is long enough for is a fault.
    coalesce(
        CASE
            WHEN sector = 'somatic_hospital' THEN end_time > start_time + INTERVAL '2' YEAR
            ELSE end_time > start_time + INTERVAL '50' YEAR
        END,
        false
    ) AS end_time_late,
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
