-- Outbox of what changed, in order of commit (DESIGN D14); pruned by age.
create table events (
  sequence {{identity}},
  noun text not null,
  id text not null,
  vo text,
  owner text,
  owner_group text,
  at_ms bigint not null
);
