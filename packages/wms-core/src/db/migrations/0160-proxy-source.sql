-- How a stored proxy came: 'upload', or the source of a provider of proxies, which can be asked for another one.
alter table proxies add column source text not null default 'upload';
update proxies set source = 'own-authority'
where exists (
  select 1 from issued_certificates issued
  where issued.serial = proxies.certificate_serial and issued.account_id = proxies.account_id
)
