-- The log is only ever read by job: one index instead of two, ten times in the life of a job.
alter table job_log drop constraint job_log_pkey;
alter table job_log add primary key (job_id, log_id);
drop index job_log_by_job;
