-- What each log-in of an account (one identity provider) told last. An account can have several; the column assurance of
-- accounts is the best of them.
create table account_log_in_facts (
  account_id text not null references accounts (account_id),
  issuer text not null,
  assurance text not null,
  -- as the provider names the person, for people to recognise it by
  person text not null,
  linked_at_ms bigint not null,
  last_log_in_at_ms bigint not null,
  primary key (account_id, issuer)
);
insert into account_log_in_facts (account_id, issuer, assurance, person, linked_at_ms, last_log_in_at_ms)
  select l.account_id, l.issuer, a.assurance, a.display_name, min(l.linked_at_ms), a.last_log_in_at_ms
  from account_log_ins l join accounts a on a.account_id = l.account_id
  group by l.account_id, l.issuer, a.assurance, a.display_name, a.last_log_in_at_ms;

-- What two log-ins tell stays while one of them does.
create table account_fqans_by_log_in (
  account_id text not null references accounts (account_id),
  fqan text not null,
  issuer text not null,
  seen_at_ms bigint not null,
  primary key (account_id, issuer, fqan)
);
insert into account_fqans_by_log_in (account_id, fqan, issuer, seen_at_ms)
  select account_id, fqan, issuer, seen_at_ms from account_fqans;
drop table account_fqans;
alter table account_fqans_by_log_in rename to account_fqans
