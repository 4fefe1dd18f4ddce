-- Members of VOs as their membership services tell them (AutoSyncVOMS), and what became of the last synchronisation.
create table service_members (
  vo text not null,
  -- issuer and subject with a line feed between: of a certificate, or of log-ins at an identity provider
  identity text not null,
  fqan text not null,
  primary key (vo, identity, fqan)
);
create index service_members_identity on service_members (identity);

create table member_syncs (
  vo text primary key,
  source text not null,
  members integer not null,
  synced_at_ms bigint,
  tried_at_ms bigint not null,
  -- why the last one changed nothing
  failure text
)
