-- Which of the owner's groups a proxy serves: names as a JSON list; null = all, those of later too.
alter table proxies add column groups_picked text;
