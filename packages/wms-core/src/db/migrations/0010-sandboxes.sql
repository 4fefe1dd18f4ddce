-- Sandboxes: one archive a row, named by its content under its owner; the bytes lie in the store under object_key.
create table sandboxes (
  sandbox_id {{identity}},
  pfn text not null unique,
  vo text not null,
  owner_group text not null,
  owner text not null,
  checksum text not null,
  format text not null check (format in ('tar.gz', 'tar.zst', 'tar.bz2')),
  size_bytes bigint not null,
  object_key text not null,
  -- JSON: [{"name","sizeBytes","modifiedAtMs"}]
  entries text not null,
  -- Rows of sandbox_assignments that point here.
  job_references integer not null,
  -- 1 once a job used it.
  was_assigned integer not null,
  stored_at_ms bigint not null,
  last_access_at_ms bigint not null
);

create index sandboxes_unused on sandboxes (last_access_at_ms) where job_references = 0;
create unique index sandboxes_by_object on sandboxes (object_key);

create table sandbox_assignments (
  job_id bigint not null,
  kind text not null check (kind in ('Input', 'Output')),
  -- Order of the entries in the JDL.
  position integer not null,
  attempt integer not null,
  sandbox_id bigint not null references sandboxes (sandbox_id),
  primary key (job_id, kind, position)
) {{clustered}};
create index sandbox_assignments_by_sandbox on sandbox_assignments (sandbox_id);
