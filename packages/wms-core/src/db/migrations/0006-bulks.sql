-- Ids of jobs are handed out here, many at once, so that a bulk has a range of its own before its jobs exist.
create table job_ids (
  -- Always 'job'.
  name text primary key,
  next_id bigint not null
);
insert into job_ids (name, next_id) select 'job', {{lastJobId}} + 1 where {{lastJobId}} > 0;

-- Submissions whose jobs are made afterwards, slice by slice; ADR 0014. Job `first_job_id + n` is number n of it.
create table bulks (
  bulk_id {{identity}},
  vo text not null,
  owner_group text not null,
  owner text not null,
  job_name text not null,
  job_group text not null,
  -- JSON array of the descriptions as sent.
  jdls text not null,
  -- JSON: limits and defaults at the submission.
  rules text not null,
  -- SHA-256 of the two, and of the owner.
  digest text not null,
  job_count bigint not null,
  first_job_id bigint not null,
  -- Of all input sandboxes together; what each of its jobs fetches.
  input_sandbox_bytes bigint not null,
  state text not null check (state in ('Unconfirmed', 'Expanding', 'Complete', 'Abandoned')),
  -- Why it was abandoned.
  reason text,
  -- Slices before this one have their jobs.
  next_slice bigint not null,
  -- Jobs made so far, also those of slices made ahead of their turn.
  expanded bigint not null,
  created_at_ms bigint not null,
  -- Until when it must be confirmed; null = at once.
  confirm_until_ms bigint,
  -- Set when nothing is left to do for it.
  settled_at_ms bigint
);

create unique index bulks_by_first_job on bulks (first_job_id);
create index bulks_by_owner on bulks (vo, owner, bulk_id);
create index bulks_to_make on bulks (first_job_id) where expanded < job_count;
create index bulks_unsettled on bulks (bulk_id) where settled_at_ms is null;

-- Slices made ahead of their turn, because somebody named a job of them; held = its jobs wait for confirmation.
create table bulk_slices (
  bulk_id bigint not null,
  slice bigint not null,
  held integer not null,
  primary key (bulk_id, slice)
) {{clustered}};

-- Input sandboxes all jobs of a bulk share, in the order of the JDL; the bulk counts as one user of each.
create table bulk_sandboxes (
  bulk_id bigint not null,
  position integer not null,
  sandbox_id bigint not null,
  primary key (bulk_id, position)
) {{clustered}};
create index bulk_sandboxes_by_sandbox on bulk_sandboxes (sandbox_id);
