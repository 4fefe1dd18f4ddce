-- Job Monitor by time of the last update: a sort of a million jobs read the whole table. Every change of a job writes
-- this index, and with it the others of its row: a tenth fewer lives a second, see bench/RESULTS.md.
create index jobs_by_vo_update on jobs (vo, last_update_at_ms nulls first, job_id);
