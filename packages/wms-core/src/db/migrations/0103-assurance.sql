-- How sure the identity provider of the last log-in was: none, low, substantial or high.
alter table accounts add column assurance text not null default 'none'
