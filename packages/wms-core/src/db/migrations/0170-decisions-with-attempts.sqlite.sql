-- Why a task queue was drawn stands with the attempt that came of it: one row a match less. Attempts stand in order of
-- arrival now and have an index by job: long rows in order of job ids made every match split a page or two.
create table new_job_attempts (
  job_id bigint not null,
  attempt integer not null,
  pilot_stamp text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  matched_at_ms bigint not null,
  decision text,
  primary key (job_id, attempt)
);
insert into new_job_attempts
  select a.job_id, a.attempt, a.pilot_stamp, a.site, a.computing_element, a.batch_queue, a.matched_at_ms, d.record
  from job_attempts a left join match_decisions d on d.job_id = a.job_id and d.attempt = a.attempt
  order by a.matched_at_ms;
drop table job_attempts;
drop table match_decisions;
alter table new_job_attempts rename to job_attempts;
create index job_attempts_by_pilot on job_attempts (pilot_stamp, job_id);
create index job_attempts_by_decision_age on job_attempts (matched_at_ms) where decision is not null;
