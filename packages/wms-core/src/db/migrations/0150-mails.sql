-- Mails to be sent, one row a matter: what is here is not written again, and goes out until the mail server took it.
create table mails (
  mail_id {{identity}},
  -- what it is about, such as the reminder of seven days for one stored proxy
  matter text not null unique,
  account_id text not null references accounts (account_id),
  recipient text not null,
  subject text not null,
  body text not null,
  created_at_ms bigint not null,
  tries integer not null,
  -- a process that sends it pushes this ahead first, so that no other one sends it meanwhile
  next_try_at_ms bigint not null,
  taken_at_ms bigint,
  -- why the mail server never will
  refused text
);
create index mails_due on mails (next_try_at_ms) where taken_at_ms is null and refused is null
