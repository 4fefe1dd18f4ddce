-- Grows with every change of a job's row: tells a process that remembers a row whether another one was faster.
alter table jobs add column revision bigint not null default 0;

-- Set when nobody waited in the queue for a while; removed some minutes later unless it was used again (a process
-- may remember the id of a queue for a minute).
alter table task_queues add column retired_at_ms bigint;

-- One row a group of works instead of one a change: 256 changes a row under load.
drop table events;
create table events (
  sequence {{identity}},
  at_ms bigint not null,
  -- JSON array of [noun, id, vo, owner, owner group]; an id may stand in it more than once.
  changes text not null
);
