-- Job Monitor by time of the last update, and all it says of a status that changes with it: a sort or filter by these
-- reads this index instead of the whole table. Written with every change of a job, see bench/RESULTS.md.
create index jobs_by_vo_update on jobs (vo, last_update_at_ms, job_id, minor_status, application_status);
