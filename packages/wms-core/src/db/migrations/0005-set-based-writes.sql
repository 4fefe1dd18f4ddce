-- Grows with every change of a job's row: tells a process that remembers a row whether another one was faster.
alter table jobs add column revision bigint not null default 0;

-- Set when nobody waited in the queue for a while; removed some minutes later unless it was used again (a process
-- may remember the id of a queue for a minute).
alter table task_queues add column retired_at_ms bigint;
