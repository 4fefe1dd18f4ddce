-- Works load and save the counter like any row, so that many submissions of a group write it once.
alter table job_ids add column revision bigint not null default 0;
