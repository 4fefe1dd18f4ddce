-- Pilot Summary counts the open pilots and those that ended within a day by site and computing element. Both counts read
-- one index and no pilot, see bench/RESULTS.md.
alter table pilots add column jobs_taken bigint;
update pilots set jobs_taken = (select count(*) from job_attempts a where a.pilot_stamp = pilots.stamp)
  where ended_at_ms is not null;

-- The last column is there for SQLite, which would look it up in the table.
create index pilots_open_by_place on pilots (vo, site, computing_element, status, ended_at_ms)
  where ended_at_ms is null;

drop index pilots_by_end;
create index pilots_by_end on pilots (ended_at_ms, vo, site, computing_element, status, jobs_taken)
  where ended_at_ms is not null;

-- What pilots wrote to their standard output and error, fetched from the computing element after their end: at most a
-- bounded number of characters of the end, kept as long as the pilot itself.
create table pilot_outputs (
  stamp text primary key,
  -- Set when it was fetched, or given up.
  kept_at_ms bigint,
  tries integer not null,
  next_try_at_ms bigint not null,
  -- Why the last try failed; null when it did not.
  fault text,
  stdout text not null,
  stderr text not null
) {{clustered}};

create index pilot_outputs_wanted on pilot_outputs (next_try_at_ms) where kept_at_ms is null;
