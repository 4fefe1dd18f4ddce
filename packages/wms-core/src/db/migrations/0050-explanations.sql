-- What explanations of waiting jobs rest on and what they said, so that every server process can answer and the
-- answer is there after the start of the job.

-- The last decision of the pilot director per batch queue (site/computingElement/batchQueue), as JSON.
create table pilot_decisions (
  class_key text primary key,
  decided_at_ms bigint not null,
  decision text not null
);

-- What nodes offered when their pilots registered: at most sixteen nodes a batch queue, each in the slot that its
-- name falls into.
create table seen_offers (
  class_key text not null,
  slot integer not null,
  -- What the batch queue promised then, as JSON; offers made under another promise count no more.
  promised text not null,
  offer text not null,
  seen_at_ms bigint not null,
  primary key (class_key, slot)
) {{clustered}};

-- Why the jobs of a task queue waited, from one look to the last one with the same causes. Named by the digest of
-- the requirements, which outlives the queue.
create table waiting_looks (
  digest text not null,
  first_at_ms bigint not null,
  last_at_ms bigint not null,
  -- JSON: [{"id","sentence"}], the main cause first.
  causes text not null,
  primary key (digest, first_at_ms)
) {{clustered}};

create index waiting_looks_by_age on waiting_looks (last_at_ms);

-- Jobs that pilots took, counted per five minutes; estimates of the start rest on them.
create table match_counts (
  -- A task queue, an owner or a VO.
  counted text not null,
  slot_start_ms bigint not null,
  jobs bigint not null,
  primary key (counted, slot_start_ms)
) {{clustered}};

create index match_counts_by_age on match_counts (slot_start_ms);
