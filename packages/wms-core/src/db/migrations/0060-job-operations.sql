-- Operations on many jobs: a frozen selection, how far it is, and one verdict a job. The place (after_job_id)
-- moves in the transaction that acts, so an operation goes on exactly where it was.
create table job_operations (
  operation_id {{identity}},
  -- Secret of the preview; starting twice with it starts once.
  token text not null unique,
  action text not null check (action in ('kill', 'delete', 'reschedule', 'reset', 'remove', 'undo')),
  state text not null check (state in ('Previewed', 'Running', 'Done', 'Cancelled', 'Failed')),
  account_id text not null,
  user_name text not null,
  vo text not null,
  user_group text not null,
  -- JSON list, as of the start.
  properties text not null,
  -- Search conditions as JSON; null when jobs were named or another operation is taken back.
  search text,
  upper_job_id bigint not null,
  after_job_id bigint not null,
  total bigint not null,
  done bigint not null,
  refused bigint not null,
  undoable bigint not null,
  -- The operation that this one takes back.
  undoes bigint,
  undone_by bigint,
  created_at_ms bigint not null,
  finished_at_ms bigint,
  undo_until_ms bigint,
  reason text
);

create index job_operations_by_account on job_operations (account_id, vo, operation_id);
create index job_operations_open on job_operations (operation_id) where state = 'Running';

create table job_operation_jobs (
  operation_id bigint not null,
  job_id bigint not null,
  ok integer not null,
  code text,
  message text not null,
  status text,
  -- What the job was, as JSON, while it can be given back; see undo-job.ts.
  memory text,
  primary key (operation_id, job_id)
) {{clustered}};

create index job_operation_jobs_memory on job_operation_jobs (job_id) where memory is not null;

-- Attempts given back before a payload started; they have a limit of their own.
alter table jobs add column shallow_counter integer not null default 0;
