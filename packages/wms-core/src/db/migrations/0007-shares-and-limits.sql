-- What holders of shares used, see share-usage.store.ts.
create table share_usage (
  vo text not null,
  owner_group text not null,
  owner text not null,
  half_life_s bigint not null,
  epoch_ms bigint not null,
  -- Normalised CPU seconds and dispatches, each weighted by 2^(half-lives since the epoch).
  cost_s double precision not null,
  dispatches double precision not null,
  primary key (vo, owner_group, owner, half_life_s, epoch_ms)
) {{clustered}};

-- Exact counts of what running limits count.
create table running_limits (
  limit_key text primary key,
  running bigint not null,
  last_match_at_ms bigint
);

-- What the current attempt took at its match and gives back at its end.
alter table jobs add column matched_at_ms bigint;
alter table jobs add column slot_processors integer;
alter table jobs add column charged_s bigint;
-- JSON array of the keys of running limits that count it.
alter table jobs add column limit_keys text;

-- Why which task queue was drawn, so that it can be drawn again (draw.ts). The record is JSON.
create table match_decisions (
  job_id bigint not null,
  attempt integer not null,
  at_ms bigint not null,
  record text not null,
  primary key (job_id, attempt)
) {{clustered}};
create index match_decisions_by_age on match_decisions (at_ms);
