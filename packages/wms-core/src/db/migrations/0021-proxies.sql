-- Delegation requests, stored proxies and the audit of both (credentials.md 6).
create table proxy_requests (
  request_id text primary key,
  account_id text not null references accounts (account_id),
  session_hash text not null,
  -- SHA-256 of the public key asked for
  public_key_digest text not null,
  -- null once used; the key lives on in its proxy
  sealed_key {{bytes}},
  sealed_data_key {{bytes}},
  key_encryption_key_id text not null,
  expires_at_ms bigint not null,
  used_at_ms bigint
);
create index proxy_requests_account on proxy_requests (account_id, expires_at_ms);

create table proxies (
  proxy_id text primary key,
  account_id text not null references accounts (account_id),
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  certificate_serial text not null,
  chain_pem text not null,
  valid_until_ms bigint not null,
  sealed_key {{bytes}} not null,
  sealed_data_key {{bytes}} not null,
  key_encryption_key_id text not null,
  created_at_ms bigint not null,
  last_used_at_ms bigint,
  unique (subject_key, issuer_key)
);
create index proxies_account on proxies (account_id, valid_until_ms);

create table credential_audit (
  audit_id {{identity}},
  at_ms bigint not null,
  action text not null,
  actor_account_id text not null,
  actor_group text not null,
  target_account_id text,
  subject_dn text,
  result text not null
);
create index credential_audit_target on credential_audit (target_account_id, at_ms)
