-- Refresh tokens that identity providers gave at log-in, sealed like the keys of proxies (credentials.md 9.1). Access
-- tokens are never stored.
create table token_grants (
  grant_id text primary key,
  account_id text not null references accounts (account_id),
  -- as in the configuration; 'main' for the one of the settings
  provider_id text not null,
  -- under which the account is linked, and the person there
  issuer text not null,
  subject text not null,
  scopes text not null,
  -- 'live', 'needs-log-in' (the provider takes it no more; its token is gone), 'revoking' (deleted, not yet there)
  status text not null,
  sealed_key {{bytes}} not null,
  sealed_data_key {{bytes}} not null,
  key_encryption_key_id text not null,
  -- grows with every new refresh token
  generation integer not null,
  -- null when the provider does not tell
  expires_at_ms bigint,
  access_expires_at_ms bigint not null,
  -- JSON of the last access token, without its id
  claims text not null,
  created_at_ms bigint not null,
  refreshed_at_ms bigint not null,
  -- failures since the last success, and before when nothing is tried
  failures integer not null,
  next_try_at_ms bigint not null,
  -- one process at a time talks to the provider
  leased_until_ms bigint not null
);
create unique index token_grants_one on token_grants (account_id, issuer) where status <> 'revoking';
create index token_grants_due on token_grants (next_try_at_ms);
