-- What an account should know although nobody asked; one row a matter, unread again when it gets worse.
create table notices (
  notice_id {{identity}},
  account_id text not null references accounts (account_id),
  -- What it is about, such as the proxy for a group.
  matter text not null,
  kind text not null,
  level text not null check (level in ('info', 'warning', 'critical')),
  title text not null,
  message text not null,
  created_at_ms bigint not null,
  read_at_ms bigint,
  unique (account_id, matter)
);
