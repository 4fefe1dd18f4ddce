-- How many parameters the reports on a job carried: as long as these are few nobody has to count what is stored.
alter table jobs add column parameters_told integer not null default 0;
