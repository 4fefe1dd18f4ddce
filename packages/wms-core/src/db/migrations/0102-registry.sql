-- Memberships that managers of a VO granted here, requests for them, and suspensions. Beside these, groups come from
-- entitlements and from the configuration (credentials.md 2.4).
create table membership_requests (
  request_id {{identity}},
  account_id text not null references accounts (account_id),
  vo text not null,
  motivation text not null,
  requested_at_ms bigint not null,
  -- null while nobody decided
  decision text check (decision in ('granted', 'refused', 'withdrawn')),
  decided_at_ms bigint,
  -- account id of who decided
  decided_by text,
  reason text not null
);
create index membership_requests_account on membership_requests (account_id, requested_at_ms);
create index membership_requests_vo on membership_requests (vo, decision, requested_at_ms);

create table granted_memberships (
  account_id text not null references accounts (account_id),
  vo text not null,
  group_name text not null,
  granted_by text not null,
  granted_at_ms bigint not null,
  primary key (account_id, group_name)
);
create index granted_memberships_vo on granted_memberships (vo);

create table suspensions (
  account_id text not null references accounts (account_id),
  vo text not null,
  reason text not null,
  suspended_by text not null,
  suspended_at_ms bigint not null,
  primary key (account_id, vo)
)
