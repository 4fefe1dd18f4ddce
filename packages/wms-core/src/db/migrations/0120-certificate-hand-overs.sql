-- Certificates proved at the certificate port that wait to be taken over at the portal's origin: one use, seconds.
create table certificate_hand_overs (
  -- SHA-256 of what travels through the browser's address
  code_hash text primary key,
  -- SHA-256 of what the waiting session remembers
  nonce_hash text not null,
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  expires_at_ms bigint not null
);
create index certificate_hand_overs_by_age on certificate_hand_overs (expires_at_ms)
