-- With which session of which identity provider a session was opened, so that it ends when the provider says so.
alter table sessions add column issuer text;
alter table sessions add column subject text;
alter table sessions add column provider_sid text;
create index sessions_by_subject on sessions (issuer, subject);
create index sessions_by_provider_sid on sessions (issuer, provider_sid);

-- Log-out tokens that were used: each is good once, on whichever server it arrives.
create table log_out_tokens (
  issuer text not null,
  -- SHA-256
  jti_hash text not null,
  -- refused by its age from then on
  expires_at_ms bigint not null,
  primary key (issuer, jti_hash)
);
create index log_out_tokens_by_age on log_out_tokens (expires_at_ms)
