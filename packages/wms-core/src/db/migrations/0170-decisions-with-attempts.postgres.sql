-- Why a task queue was drawn stands with the attempt that came of it: one row a match less.
alter table job_attempts add column decision text;
update job_attempts set decision = (select d.record from match_decisions d
  where d.job_id = job_attempts.job_id and d.attempt = job_attempts.attempt);
drop table match_decisions;
create index job_attempts_by_decision_age on job_attempts (matched_at_ms) where decision is not null;
