-- Every search stays inside one VO, so every index begins with it: pages in any of these orders, and counts,
-- then read index entries only. `status` still stands in one of them.
drop index jobs_by_status;
drop index jobs_by_site;
create index jobs_by_vo on jobs (vo, job_id);
create index jobs_by_vo_status on jobs (vo, status, job_id);
create index jobs_by_vo_site on jobs (vo, site, job_id);
create index jobs_by_vo_name on jobs (vo, job_name, job_id);
