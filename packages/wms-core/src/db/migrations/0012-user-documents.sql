-- What the portal keeps for a user: layouts, notes, settings. The body is JSON.
create table user_documents (
  account_id text not null,
  kind text not null check (kind in ('layout', 'note', 'settings')),
  name text not null,
  revision integer not null,
  body text not null,
  updated_at_ms bigint not null,
  primary key (account_id, kind, name)
) {{clustered}};
