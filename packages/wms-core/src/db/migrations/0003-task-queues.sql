-- Task queues: one row a set of requirements. How many jobs wait in each follows from task_queue_jobs.
create table task_queues (
  task_queue_id {{identity}},
  -- SHA-256 of the canonical requirements.
  digest text not null unique,
  -- TaskQueueRequirements as JSON.
  requirements text not null,
  created_at_ms bigint not null
);

-- Waiting jobs in the order they are taken: higher priority first (rank is its negative), then older first.
create table task_queue_jobs (
  task_queue_id bigint not null,
  rank integer not null,
  job_id bigint not null,
  primary key (task_queue_id, rank, job_id)
) {{clustered}};
