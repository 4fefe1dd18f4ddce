-- Portal sessions. Only the SHA-256 of the id in the cookie is here.
create table sessions (
  id_hash text primary key,
  account_id text,
  created_at_ms bigint not null,
  last_active_at_ms bigint not null,
  ended_at_ms bigint,
  data text not null
);

create index sessions_by_account on sessions (account_id, created_at_ms);
create index sessions_by_age on sessions (created_at_ms)
