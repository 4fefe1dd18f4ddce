-- What site managers say of sites, computing elements and batch queues instead of the configuration. Empty names: all
-- of them. The open one of an element is in force; those that ended are its history.
create table element_statuses (
  status_id {{identity}},
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null,
  reason text not null,
  set_by text not null,
  set_at_ms bigint not null,
  until_ms bigint,
  ended_at_ms bigint,
  ended_by text
);
create unique index element_statuses_open on element_statuses (site, computing_element, batch_queue)
  where ended_at_ms is null;
create index element_statuses_by_site on element_statuses (site, status_id);
