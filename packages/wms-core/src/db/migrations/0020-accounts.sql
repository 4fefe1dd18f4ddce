-- Accounts and their links to the outside: log-ins (issuer + subject) and certificates (subject + issuer DN).
-- Never linked by e-mail or by name (credentials.md 1.3).
create table accounts (
  account_id text primary key,
  user_name text not null unique,
  -- 1 when the name is that of a configured user and was proved; only then static group lists count
  is_configured integer not null,
  display_name text not null,
  email text,
  created_at_ms bigint not null,
  last_log_in_at_ms bigint not null
);

create table account_log_ins (
  issuer text not null,
  -- 'sub' or 'voperson_id'
  claim text not null,
  subject text not null,
  account_id text not null references accounts (account_id),
  linked_at_ms bigint not null,
  primary key (issuer, claim, subject)
);
create index account_log_ins_account on account_log_ins (account_id);

create table account_certificates (
  -- canonical forms for comparison; the *_dn columns are for people
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  account_id text not null references accounts (account_id),
  source text not null,
  linked_at_ms bigint not null,
  primary key (subject_key, issuer_key)
);
create index account_certificates_account on account_certificates (account_id);

-- FQANs of the last log-in; they count until they are a day old
create table account_fqans (
  account_id text not null references accounts (account_id),
  fqan text not null,
  issuer text not null,
  seen_at_ms bigint not null,
  primary key (account_id, fqan)
)
