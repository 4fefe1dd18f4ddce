-- Short-lived certificates that this installation's own authority issued (ADR 0020). The revocation list is made
-- of the rows that were revoked and are not over yet.
create table issued_certificates (
  -- hex
  serial text primary key,
  account_id text not null references accounts (account_id),
  subject_dn text not null,
  issuer_dn text not null,
  issued_at_ms bigint not null,
  not_after_ms bigint not null,
  revoked_at_ms bigint
);
create index issued_certificates_account on issued_certificates (account_id, not_after_ms)
