-- A job is changed about ten times. With room on its page a change that leaves the indexed columns alone leaves the
-- indexes alone too (heap-only tuples), and what is dead goes without a vacuum.
alter table jobs set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
alter table task_queue_jobs set (autovacuum_vacuum_scale_factor = 0.02);
alter table job_counters set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table job_detail_counters
  set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table job_ids set (fillfactor = 20);
