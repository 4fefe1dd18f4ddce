-- When the look at the revocation lists found that the certificate of the proxy is on one. It stays so: a new proxy has to
-- be stored.
alter table proxies add column revoked_at_ms bigint;

-- The certificate that a session was opened with, so that it ends when that is revoked; hexadecimal serial number.
alter table certificate_hand_overs add column certificate_serial text not null default '';
alter table sessions add column certificate_issuer text;
alter table sessions add column certificate_serial text;
create index sessions_by_certificate on sessions (certificate_issuer, certificate_serial)
