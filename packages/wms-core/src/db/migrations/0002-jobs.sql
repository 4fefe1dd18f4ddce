-- Jobs. The row is narrow and `status` stands in one index only: a status change then rewrites two pages, not
-- six (stack.md 6.4). Instants are UTC epoch milliseconds, flags 0 or 1.
create table jobs (
  job_id {{identity}},
  vo text not null,
  owner_group text not null,
  owner text not null,
  job_type text not null,
  job_group text not null,
  job_name text not null,
  site text not null,
  status text not null check (status in (
    'Submitting', 'Received', 'Checking', 'Scouting', 'Staging', 'Waiting', 'Matched', 'Rescheduled',
    'Running', 'Stalled', 'Completing', 'Completed', 'Done', 'Failed', 'Killed', 'Deleted')),
  minor_status text not null,
  application_status text not null,
  user_priority integer not null,
  reschedule_counter integer not null,
  verified integer not null,
  accounted text not null,
  submitted_at_ms bigint not null,
  rescheduled_at_ms bigint,
  last_update_at_ms bigint not null,
  start_exec_at_ms bigint,
  heartbeat_at_ms bigint,
  end_exec_at_ms bigint,
  -- Newest report of the current attempt, by the clock of its node; older ones are logged only.
  reported_at_ms bigint,
  -- 1 at first, one more at every reschedule; reports of another attempt are refused.
  attempt integer not null,
  -- Pilot that holds or held the current attempt.
  pilot_stamp text,
  -- Set while the job is in task_queue_jobs.
  task_queue_id bigint
);

create index jobs_by_status on jobs (status, job_id);
create index jobs_by_vo_owner on jobs (vo, owner, job_id);
create index jobs_by_vo_group on jobs (vo, owner_group, job_id);
create index jobs_by_site on jobs (site, job_id);

-- Descriptions as sent and as processed; read at a match and on demand.
create table job_descriptions (
  job_id bigint primary key,
  original text not null,
  processed text not null
);

-- Every status change, appended. A null field means unchanged.
create table job_log (
  log_id {{identity}},
  job_id bigint not null,
  attempt integer not null,
  status text,
  minor_status text,
  application_status text,
  at_ms bigint not null,
  -- As the node said it; finds repeated reports.
  reported_at_ms bigint,
  source text not null
);

create index job_log_by_job on job_log (job_id, log_id);

-- Which pilot ran which attempt, and where.
create table job_attempts (
  job_id bigint not null,
  attempt integer not null,
  pilot_stamp text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  matched_at_ms bigint not null,
  primary key (job_id, attempt)
) {{clustered}};

create index job_attempts_by_pilot on job_attempts (pilot_stamp, job_id);

create table job_parameters (
  job_id bigint not null,
  attempt integer not null,
  name text not null,
  value text not null,
  primary key (job_id, attempt, name)
) {{clustered}};

-- The last sign of life of the current attempt: metrics as JSON and the ends of its output.
create table job_signs (
  job_id bigint primary key,
  attempt integer not null,
  at_ms bigint not null,
  metrics text,
  stdout_tail text,
  stderr_tail text
);

-- Commands to a running attempt; sent with every heartbeat answer until acknowledged.
create table job_commands (
  command_id {{identity}},
  job_id bigint not null,
  attempt integer not null,
  pilot_stamp text not null,
  command text not null,
  arguments text,
  created_at_ms bigint not null,
  acknowledged_at_ms bigint
);

create index job_commands_open on job_commands (pilot_stamp) where acknowledged_at_ms is null;
create index job_commands_by_job on job_commands (job_id);

-- Jobs per VO, group, owner, site and status, kept in the transaction of each change.
create table job_counters (
  vo text not null,
  owner_group text not null,
  owner text not null,
  site text not null,
  status text not null,
  jobs bigint not null,
  primary key (vo, owner_group, owner, site, status)
) {{clustered}};

-- Answers of submissions that carried a request key, so that a repetition makes no second jobs.
create table submissions (
  account_id text not null,
  request_key text not null,
  digest text not null,
  answer text not null,
  at_ms bigint not null,
  primary key (account_id, request_key)
) {{clustered}};

create index submissions_by_age on submissions (at_ms);
