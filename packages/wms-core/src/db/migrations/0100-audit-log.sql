-- Who did what as whom from where (credentials.md 11). Each row holds the hash of the one before, so that a row
-- that was changed or taken out shows. Rows are only added, and the oldest dropped when their time is over.
create table audit_log (
  -- without gaps
  audit_id bigint primary key,
  at_ms bigint not null,
  action text not null,
  -- account id, `pilot <stamp>`, or empty for a visitor
  actor text not null,
  actor_group text not null,
  -- session, token or certificate
  way text,
  address text,
  request_id text,
  target_account_id text,
  vo text,
  subject_dn text,
  -- OK or an error code
  result text not null,
  -- JSON of what else is worth knowing; never a secret
  details text not null,
  previous_hash text not null,
  hash text not null
);
create index audit_log_target on audit_log (target_account_id, audit_id);
create index audit_log_actor on audit_log (actor, audit_id);
create index audit_log_vo on audit_log (vo, audit_id);

-- Last row of the log; its lock puts writers in line.
create table audit_head (
  only_one integer primary key check (only_one = 1),
  audit_id bigint not null,
  hash text not null
);
insert into audit_head (only_one, audit_id, hash) values (1, 0, '')
