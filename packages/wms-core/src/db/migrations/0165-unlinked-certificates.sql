-- Certificates that somebody un-linked himself: they are not linked again because an identity provider vouches for them.
create table unlinked_certificates (
  account_id text not null references accounts (account_id),
  subject_key text not null,
  issuer_key text not null,
  unlinked_at_ms bigint not null,
  primary key (account_id, subject_key, issuer_key)
)
