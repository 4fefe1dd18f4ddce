-- The last match of each pilot with the id of its request: a request that is repeated because its answer got lost
-- gets the same job again.
create table match_claims (
  pilot_stamp text primary key,
  request_id text not null,
  job_id bigint not null,
  attempt integer not null,
  at_ms bigint not null,
  revision bigint not null default 0
);

create index match_claims_by_age on match_claims (at_ms);
