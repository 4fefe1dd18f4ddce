-- Accounting (ADR 0015). Consumption of the current attempt stands on the row of the job, which every report and
-- heartbeat writes anyway. Times are milliseconds, sizes bytes: whole numbers, so that sums are exact.
alter table jobs add column cpu_time_ms bigint not null default 0;
alter table jobs add column norm_cpu_time_ms bigint not null default 0;
alter table jobs add column wall_time_ms bigint not null default 0;
alter table jobs add column disk_bytes bigint not null default 0;
alter table jobs add column input_sandbox_bytes bigint not null default 0;
alter table jobs add column output_sandbox_bytes bigint not null default 0;

-- Jobs by everything the history and the summaries group by, kept in the transaction of each change.
create table job_detail_counters (
  vo text not null,
  owner_group text not null,
  owner text not null,
  job_group text not null,
  job_type text not null,
  site text not null,
  status text not null,
  minor_status text not null,
  jobs bigint not null,
  -- Sum of their reschedule counters.
  reschedules bigint not null,
  primary key (vo, owner_group, owner, job_group, job_type, site, status, minor_status)
) {{clustered}};

insert into job_detail_counters
  select vo, owner_group, owner, job_group, job_type, site, status, minor_status, count(*), sum(reschedule_counter)
  from jobs group by vo, owner_group, owner, job_group, job_type, site, status, minor_status;

-- Each type: its keys, written once; what is added up in time buckets; single records. Columns follow
-- accounting/record-types.ts.
create table accounting_job_keys (
  -- From the SHA-256 of VO and keys.
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  owner text not null,
  owner_group text not null,
  job_group text not null,
  job_type text not null,
  site text not null,
  final_major_status text not null,
  final_minor_status text not null
);
create table accounting_job_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  cpu_time_ms bigint not null,
  norm_cpu_time_ms bigint not null,
  exec_time_ms bigint not null,
  disk_bytes bigint not null,
  input_sandbox_bytes bigint not null,
  output_sandbox_bytes bigint not null,
  primary key (vo, start_at_ms, width_ms, key_id)
) {{clustered}};
create index accounting_job_buckets_age on accounting_job_buckets (width_ms, start_at_ms);
create table accounting_job_records (
  job_id bigint not null,
  attempt integer not null,
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  cpu_time_ms bigint not null,
  norm_cpu_time_ms bigint not null,
  exec_time_ms bigint not null,
  disk_bytes bigint not null,
  input_sandbox_bytes bigint not null,
  output_sandbox_bytes bigint not null,
  primary key (job_id, attempt)
) {{clustered}};
create index accounting_job_records_end on accounting_job_records (end_at_ms);

create table accounting_pilot_keys (
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  site text not null,
  computing_element text not null,
  grid_type text not null,
  status text not null
);
create table accounting_pilot_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  jobs bigint not null,
  exec_time_ms bigint not null,
  primary key (vo, start_at_ms, width_ms, key_id)
) {{clustered}};
create index accounting_pilot_buckets_age on accounting_pilot_buckets (width_ms, start_at_ms);
create table accounting_pilot_records (
  stamp text primary key,
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  jobs bigint not null,
  exec_time_ms bigint not null
);
create index accounting_pilot_records_end on accounting_pilot_records (end_at_ms);

create table accounting_pilot_submission_keys (
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  host_name text not null,
  site_director text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null
);
create table accounting_pilot_submission_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  pilots bigint not null,
  succeeded bigint not null,
  primary key (vo, start_at_ms, width_ms, key_id)
) {{clustered}};
create index accounting_pilot_submission_buckets_age
  on accounting_pilot_submission_buckets (width_ms, start_at_ms);
create table accounting_pilot_submission_records (
  record_id {{identity}},
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  pilots bigint not null,
  succeeded bigint not null
);
create index accounting_pilot_submission_records_end on accounting_pilot_submission_records (end_at_ms);

create table accounting_wms_history_keys (
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  status text not null,
  site text not null,
  owner text not null,
  owner_group text not null,
  job_group text not null,
  minor_status text not null,
  job_type text not null
);
-- jobs and reschedules are levels: numbers times milliseconds.
create table accounting_wms_history_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  jobs bigint not null,
  reschedules bigint not null,
  primary key (vo, start_at_ms, width_ms, key_id)
) {{clustered}};
create index accounting_wms_history_buckets_age on accounting_wms_history_buckets (width_ms, start_at_ms);

-- When the jobs of a VO were last looked at for the history.
create table accounting_snapshots (
  vo text primary key,
  at_ms bigint not null
);
