-- Looks kept before may name groups of other VOs, and what went wrong with their pilots. They are made anew while jobs
-- wait; what is lost is why jobs waited that have started.
delete from waiting_looks where causes like '%OwnerGroup%' or causes like '%pilots-failed%';
