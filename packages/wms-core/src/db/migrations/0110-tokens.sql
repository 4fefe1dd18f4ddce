-- Flows that end in tokens, refresh tokens, and the keys that sign access tokens. What a client or a person holds is
-- here as its SHA-256 only.
create table token_flows (
  flow_id text primary key,
  -- 'device' or 'code'
  kind text not null,
  client_id text not null,
  -- as asked for
  scope text not null,
  -- of the user code, or of the handle in the address of the page
  handle_hash text not null unique,
  -- of the device code, or of the authorization code once there is one
  code_hash text unique,
  redirect_uri text,
  code_challenge text,
  client_state text,
  asked_from text not null,
  asked_at_ms bigint not null,
  expires_at_ms bigint not null,
  last_poll_at_ms bigint,
  -- 'pending', 'approved', 'denied', 'used'
  status text not null,
  -- who decided, and for which group
  account_id text references accounts (account_id),
  vo text,
  group_name text
);
create index token_flows_by_age on token_flows (expires_at_ms);

create table refresh_tokens (
  jti text primary key,
  token_hash text not null unique,
  client_id text not null,
  account_id text not null references accounts (account_id),
  vo text not null,
  group_name text not null,
  scope text not null,
  -- 0 for those of the legacy exchange, which stay good when they are used
  rotates integer not null,
  issued_at_ms bigint not null,
  expires_at_ms bigint not null,
  revoked_at_ms bigint,
  -- 'rotated', 'revoked', 'reused'
  revoked_because text
);
create index refresh_tokens_by_account on refresh_tokens (account_id, vo, issued_at_ms);
create index refresh_tokens_by_vo on refresh_tokens (vo, issued_at_ms);
create index refresh_tokens_by_age on refresh_tokens (issued_at_ms);

-- Access tokens that may still be good, by the refresh token they were handed out with.
create table access_tokens (
  jti text primary key,
  refresh_jti text not null references refresh_tokens (jti),
  expires_at_ms bigint not null
);
create index access_tokens_by_refresh on access_tokens (refresh_jti);
create index access_tokens_by_age on access_tokens (expires_at_ms);

create table token_keys (
  kid text primary key,
  -- JSON Web Key
  public_key text not null,
  sealed_key {{bytes}} not null,
  sealed_data_key {{bytes}} not null,
  key_encryption_key_id text not null,
  created_at_ms bigint not null,
  signs_from_ms bigint not null
)
