-- Wrong user codes by address, for all server processes together; a row is worth a minute.
create table wrong_codes (
  -- SHA-256 of the address
  address_hash text primary key,
  since_ms bigint not null,
  guesses integer not null
);
create index wrong_codes_by_age on wrong_codes (since_ms)
