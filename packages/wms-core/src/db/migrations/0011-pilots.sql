-- Pilots: one row for every pilot ever submitted, kept for the pilot monitor. The secret itself is stored nowhere.
create table pilots (
  pilot_id {{identity}},
  stamp text not null unique,
  pilot_reference text not null,
  secret_sha256 text not null,
  vo text not null,
  grid_type text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null check (status in (
    'Submitted', 'Waiting', 'Running', 'Done', 'Failed', 'Aborted', 'Deleted', 'Unknown')),
  status_reason text not null,
  benchmark double precision not null,
  processors integer not null,
  max_wall_time_s bigint not null,
  -- Task queue whose demand it was sent for.
  task_queue_id bigint,
  current_job_id bigint,
  host_name text,
  version text,
  node_version text,
  isolation text,
  -- JSON of what the pilot said when it registered.
  checks text,
  offer text,
  submitted_at_ms bigint not null,
  registered_at_ms bigint,
  last_update_at_ms bigint not null,
  -- Last request of the pilot.
  heartbeat_at_ms bigint,
  ended_at_ms bigint
);

create index pilots_by_vo on pilots (vo, pilot_id);
create index pilots_open on pilots (pilot_id) where ended_at_ms is null;
create index pilots_by_end on pilots (ended_at_ms) where ended_at_ms is not null;

-- What pilots said as they ran; at most a bounded number of characters a pilot.
create table pilot_logs (
  stamp text not null,
  part integer not null,
  at_ms bigint not null,
  text text not null,
  primary key (stamp, part)
) {{clustered}};
