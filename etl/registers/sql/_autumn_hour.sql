-- In the night when summer time ends, the hour from 2 to 3 is there twice: whoever comes at 2:50 and
-- leaves half an hour later leaves at 2:20. Needs the columns start_time and end_time.
end_time >= {summer_ends:start_time}
AND start_time < {summer_ends:start_time} + INTERVAL '1' HOUR
