-- What accounting can tell beyond consumption: labels of jobs and their data, and whose jobs a pilot ran. Of jobs and
-- records made before, nothing is known: their keys are Unknown, their values add nothing to any sum.
alter table jobs add column processing_type text not null default 'Unknown';
alter table jobs add column job_class text not null default 'Unknown';
alter table jobs add column input_data_files integer not null default 0;
-- Of the current attempt, as its node tells.
alter table jobs add column input_data_bytes bigint not null default 0;
alter table jobs add column output_data_bytes bigint not null default 0;
alter table jobs add column output_data_files bigint not null default 0;
alter table jobs add column processed_events bigint not null default 0;

alter table accounting_job_keys add column job_class text not null default 'Unknown';
alter table accounting_job_keys add column processing_type text not null default 'Unknown';
alter table accounting_job_buckets add column input_data_bytes bigint not null default 0;
alter table accounting_job_buckets add column output_data_bytes bigint not null default 0;
alter table accounting_job_buckets add column input_data_files bigint not null default 0;
alter table accounting_job_buckets add column output_data_files bigint not null default 0;
alter table accounting_job_buckets add column processed_events bigint not null default 0;
alter table accounting_job_records add column input_data_bytes bigint not null default 0;
alter table accounting_job_records add column output_data_bytes bigint not null default 0;
alter table accounting_job_records add column input_data_files bigint not null default 0;
alter table accounting_job_records add column output_data_files bigint not null default 0;
alter table accounting_job_records add column processed_events bigint not null default 0;

alter table accounting_pilot_keys add column owner text not null default 'Unknown';
alter table accounting_pilot_keys add column owner_group text not null default 'Unknown';
