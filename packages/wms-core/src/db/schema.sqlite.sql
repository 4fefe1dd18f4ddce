-- What the migrations of sqlite amount to. Written by `npm run generate`; change a migration instead.

CREATE TABLE access_tokens (
  jti text primary key,
  refresh_jti text not null references refresh_tokens (jti),
  expires_at_ms bigint not null
);

CREATE INDEX access_tokens_by_age on access_tokens (expires_at_ms);

CREATE INDEX access_tokens_by_refresh on access_tokens (refresh_jti);

CREATE TABLE account_certificates (
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  account_id text not null references accounts (account_id),
  source text not null,
  linked_at_ms bigint not null,
  primary key (subject_key, issuer_key)
);

CREATE INDEX account_certificates_account on account_certificates (account_id);

CREATE TABLE "account_fqans" (
  account_id text not null references accounts (account_id),
  fqan text not null,
  issuer text not null,
  seen_at_ms bigint not null,
  primary key (account_id, issuer, fqan)
);

CREATE TABLE account_log_in_facts (
  account_id text not null references accounts (account_id),
  issuer text not null,
  assurance text not null,
  person text not null,
  linked_at_ms bigint not null,
  last_log_in_at_ms bigint not null,
  primary key (account_id, issuer)
);

CREATE TABLE account_log_ins (
  issuer text not null,
  claim text not null,
  subject text not null,
  account_id text not null references accounts (account_id),
  linked_at_ms bigint not null,
  primary key (issuer, claim, subject)
);

CREATE INDEX account_log_ins_account on account_log_ins (account_id);

CREATE TABLE accounting_job_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  cpu_time_ms bigint not null,
  norm_cpu_time_ms bigint not null,
  exec_time_ms bigint not null,
  disk_bytes bigint not null,
  input_sandbox_bytes bigint not null,
  output_sandbox_bytes bigint not null, input_data_bytes bigint not null default 0, output_data_bytes bigint not null default 0, input_data_files bigint not null default 0, output_data_files bigint not null default 0, processed_events bigint not null default 0,
  primary key (vo, start_at_ms, width_ms, key_id)
) without rowid;

CREATE INDEX accounting_job_buckets_age on accounting_job_buckets (width_ms, start_at_ms);

CREATE TABLE accounting_job_keys (
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  owner text not null,
  owner_group text not null,
  job_group text not null,
  job_type text not null,
  site text not null,
  final_major_status text not null,
  final_minor_status text not null
, job_class text not null default 'Unknown', processing_type text not null default 'Unknown');

CREATE TABLE accounting_job_records (
  job_id bigint not null,
  attempt integer not null,
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  cpu_time_ms bigint not null,
  norm_cpu_time_ms bigint not null,
  exec_time_ms bigint not null,
  disk_bytes bigint not null,
  input_sandbox_bytes bigint not null,
  output_sandbox_bytes bigint not null, input_data_bytes bigint not null default 0, output_data_bytes bigint not null default 0, input_data_files bigint not null default 0, output_data_files bigint not null default 0, processed_events bigint not null default 0,
  primary key (job_id, attempt)
) without rowid;

CREATE INDEX accounting_job_records_end on accounting_job_records (end_at_ms);

CREATE TABLE accounting_pilot_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  jobs bigint not null,
  exec_time_ms bigint not null,
  primary key (vo, start_at_ms, width_ms, key_id)
) without rowid;

CREATE INDEX accounting_pilot_buckets_age on accounting_pilot_buckets (width_ms, start_at_ms);

CREATE TABLE accounting_pilot_keys (
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  site text not null,
  computing_element text not null,
  grid_type text not null,
  status text not null
, owner text not null default 'Unknown', owner_group text not null default 'Unknown');

CREATE TABLE accounting_pilot_records (
  stamp text primary key,
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  jobs bigint not null,
  exec_time_ms bigint not null
);

CREATE INDEX accounting_pilot_records_end on accounting_pilot_records (end_at_ms);

CREATE TABLE accounting_pilot_submission_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  pilots bigint not null,
  succeeded bigint not null,
  primary key (vo, start_at_ms, width_ms, key_id)
) without rowid;

CREATE INDEX accounting_pilot_submission_buckets_age
  on accounting_pilot_submission_buckets (width_ms, start_at_ms);

CREATE TABLE accounting_pilot_submission_keys (
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  host_name text not null,
  site_director text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null
);

CREATE TABLE accounting_pilot_submission_records (
  record_id integer primary key autoincrement,
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  pilots bigint not null,
  succeeded bigint not null
);

CREATE INDEX accounting_pilot_submission_records_end on accounting_pilot_submission_records (end_at_ms);

CREATE TABLE accounting_snapshots (
  vo text primary key,
  at_ms bigint not null
);

CREATE TABLE accounting_wms_history_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  jobs bigint not null,
  reschedules bigint not null,
  primary key (vo, start_at_ms, width_ms, key_id)
) without rowid;

CREATE INDEX accounting_wms_history_buckets_age on accounting_wms_history_buckets (width_ms, start_at_ms);

CREATE TABLE accounting_wms_history_keys (
  key_id text primary key,
  last_used_day integer not null,
  vo text not null,
  status text not null,
  site text not null,
  owner text not null,
  owner_group text not null,
  job_group text not null,
  minor_status text not null,
  job_type text not null
);

CREATE TABLE accounts (
  account_id text primary key,
  user_name text not null unique,
  is_configured integer not null,
  display_name text not null,
  email text,
  created_at_ms bigint not null,
  last_log_in_at_ms bigint not null
, assurance text not null default 'none');

CREATE TABLE audit_head (
  only_one integer primary key check (only_one = 1),
  audit_id bigint not null,
  hash text not null
);

CREATE TABLE audit_log (
  audit_id bigint primary key,
  at_ms bigint not null,
  action text not null,
  actor text not null,
  actor_group text not null,
  way text,
  address text,
  request_id text,
  target_account_id text,
  vo text,
  subject_dn text,
  result text not null,
  details text not null,
  previous_hash text not null,
  hash text not null
);

CREATE INDEX audit_log_actor on audit_log (actor, audit_id);

CREATE INDEX audit_log_target on audit_log (target_account_id, audit_id);

CREATE INDEX audit_log_vo on audit_log (vo, audit_id);

CREATE TABLE bulk_sandboxes (
  bulk_id bigint not null,
  position integer not null,
  sandbox_id bigint not null,
  primary key (bulk_id, position)
) without rowid;

CREATE INDEX bulk_sandboxes_by_sandbox on bulk_sandboxes (sandbox_id);

CREATE TABLE bulk_slices (
  bulk_id bigint not null,
  slice bigint not null,
  held integer not null,
  primary key (bulk_id, slice)
) without rowid;

CREATE TABLE bulks (
  bulk_id integer primary key autoincrement,
  vo text not null,
  owner_group text not null,
  owner text not null,
  job_name text not null,
  job_group text not null,
  jdls text not null,
  rules text not null,
  digest text not null,
  job_count bigint not null,
  first_job_id bigint not null,
  input_sandbox_bytes bigint not null,
  state text not null check (state in ('Unconfirmed', 'Expanding', 'Complete', 'Abandoned')),
  reason text,
  next_slice bigint not null,
  expanded bigint not null,
  created_at_ms bigint not null,
  confirm_until_ms bigint,
  settled_at_ms bigint
);

CREATE UNIQUE INDEX bulks_by_first_job on bulks (first_job_id);

CREATE INDEX bulks_by_owner on bulks (vo, owner, bulk_id);

CREATE INDEX bulks_to_make on bulks (first_job_id) where expanded < job_count;

CREATE INDEX bulks_unsettled on bulks (bulk_id) where settled_at_ms is null;

CREATE TABLE certificate_hand_overs (
  code_hash text primary key,
  nonce_hash text not null,
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  expires_at_ms bigint not null
, certificate_serial text not null default '');

CREATE INDEX certificate_hand_overs_by_age on certificate_hand_overs (expires_at_ms);

CREATE TABLE credential_audit (
  audit_id integer primary key autoincrement,
  at_ms bigint not null,
  action text not null,
  actor_account_id text not null,
  actor_group text not null,
  target_account_id text,
  subject_dn text,
  result text not null
);

CREATE INDEX credential_audit_target on credential_audit (target_account_id, at_ms);

CREATE TABLE element_statuses (
  status_id integer primary key autoincrement,
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

CREATE INDEX element_statuses_by_site on element_statuses (site, status_id);

CREATE UNIQUE INDEX element_statuses_open on element_statuses (site, computing_element, batch_queue)
  where ended_at_ms is null;

CREATE TABLE events (
  sequence integer primary key autoincrement,
  at_ms bigint not null,
  changes text not null
);

CREATE TABLE granted_memberships (
  account_id text not null references accounts (account_id),
  vo text not null,
  group_name text not null,
  granted_by text not null,
  granted_at_ms bigint not null,
  primary key (account_id, group_name)
);

CREATE INDEX granted_memberships_vo on granted_memberships (vo);

CREATE TABLE issued_certificates (
  serial text primary key,
  account_id text not null references accounts (account_id),
  subject_dn text not null,
  issuer_dn text not null,
  issued_at_ms bigint not null,
  not_after_ms bigint not null,
  revoked_at_ms bigint
);

CREATE INDEX issued_certificates_account on issued_certificates (account_id, not_after_ms);

CREATE TABLE "job_attempts" (
  job_id bigint not null,
  attempt integer not null,
  pilot_stamp text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  matched_at_ms bigint not null,
  decision text,
  primary key (job_id, attempt)
);

CREATE INDEX job_attempts_by_decision_age on job_attempts (matched_at_ms) where decision is not null;

CREATE INDEX job_attempts_by_pilot on job_attempts (pilot_stamp, job_id);

CREATE TABLE job_commands (
  command_id integer primary key autoincrement,
  job_id bigint not null,
  attempt integer not null,
  pilot_stamp text not null,
  command text not null,
  arguments text,
  created_at_ms bigint not null,
  acknowledged_at_ms bigint
);

CREATE INDEX job_commands_by_job on job_commands (job_id);

CREATE INDEX job_commands_open on job_commands (pilot_stamp) where acknowledged_at_ms is null;

CREATE TABLE job_counters (
  vo text not null,
  owner_group text not null,
  owner text not null,
  site text not null,
  status text not null,
  jobs bigint not null,
  primary key (vo, owner_group, owner, site, status)
) without rowid;

CREATE TABLE job_descriptions (
  job_id bigint primary key,
  original text not null,
  processed text not null
);

CREATE TABLE job_detail_counters (
  vo text not null,
  owner_group text not null,
  owner text not null,
  job_group text not null,
  job_type text not null,
  site text not null,
  status text not null,
  minor_status text not null,
  jobs bigint not null,
  reschedules bigint not null,
  primary key (vo, owner_group, owner, job_group, job_type, site, status, minor_status)
) without rowid;

CREATE TABLE job_ids (
  name text primary key,
  next_id bigint not null
, revision bigint not null default 0);

CREATE TABLE job_log (
  log_id integer primary key autoincrement,
  job_id bigint not null,
  attempt integer not null,
  status text,
  minor_status text,
  application_status text,
  at_ms bigint not null,
  reported_at_ms bigint,
  source text not null
);

CREATE INDEX job_log_by_job on job_log (job_id, log_id);

CREATE TABLE job_operation_jobs (
  operation_id bigint not null,
  job_id bigint not null,
  ok integer not null,
  code text,
  message text not null,
  status text,
  memory text,
  primary key (operation_id, job_id)
) without rowid;

CREATE INDEX job_operation_jobs_memory on job_operation_jobs (job_id) where memory is not null;

CREATE TABLE job_operations (
  operation_id integer primary key autoincrement,
  token text not null unique,
  action text not null check (action in ('kill', 'delete', 'reschedule', 'reset', 'remove', 'undo')),
  state text not null check (state in ('Previewed', 'Running', 'Done', 'Cancelled', 'Failed')),
  account_id text not null,
  user_name text not null,
  vo text not null,
  user_group text not null,
  properties text not null,
  search text,
  upper_job_id bigint not null,
  after_job_id bigint not null,
  total bigint not null,
  done bigint not null,
  refused bigint not null,
  undoable bigint not null,
  undoes bigint,
  undone_by bigint,
  created_at_ms bigint not null,
  finished_at_ms bigint,
  undo_until_ms bigint,
  reason text
);

CREATE INDEX job_operations_by_account on job_operations (account_id, vo, operation_id);

CREATE INDEX job_operations_open on job_operations (operation_id) where state = 'Running';

CREATE TABLE job_parameters (
  job_id bigint not null,
  attempt integer not null,
  name text not null,
  value text not null,
  primary key (job_id, attempt, name)
) without rowid;

CREATE TABLE job_signs (
  job_id bigint primary key,
  attempt integer not null,
  at_ms bigint not null,
  metrics text,
  stdout_tail text,
  stderr_tail text
);

CREATE TABLE jobs (
  job_id integer primary key autoincrement,
  vo text not null,
  owner_group text not null,
  owner text not null,
  job_type text not null,
  job_group text not null,
  job_name text not null,
  site text not null,
  status text not null check (status in (
    'Submitting', 'Received', 'Checking', 'Scouting', 'Staging', 'Waiting', 'Matched', 'Rescheduled',
    'Running', 'Stalled', 'Completing', 'Completed', 'Done', 'Failed', 'Killed', 'Deleted')),
  minor_status text not null,
  application_status text not null,
  user_priority integer not null,
  reschedule_counter integer not null,
  verified integer not null,
  accounted text not null,
  submitted_at_ms bigint not null,
  rescheduled_at_ms bigint,
  last_update_at_ms bigint not null,
  start_exec_at_ms bigint,
  heartbeat_at_ms bigint,
  end_exec_at_ms bigint,
  reported_at_ms bigint,
  attempt integer not null,
  pilot_stamp text,
  task_queue_id bigint
, revision bigint not null default 0, matched_at_ms bigint, slot_processors integer, charged_s bigint, limit_keys text, cpu_time_ms bigint not null default 0, norm_cpu_time_ms bigint not null default 0, wall_time_ms bigint not null default 0, disk_bytes bigint not null default 0, input_sandbox_bytes bigint not null default 0, output_sandbox_bytes bigint not null default 0, shallow_counter integer not null default 0, parameters_told integer not null default 0, processing_type text not null default 'Unknown', job_class text not null default 'Unknown', input_data_files integer not null default 0, input_data_bytes bigint not null default 0, output_data_bytes bigint not null default 0, output_data_files bigint not null default 0, processed_events bigint not null default 0);

CREATE INDEX jobs_by_vo on jobs (vo, job_id);

CREATE INDEX jobs_by_vo_group on jobs (vo, owner_group, job_id);

CREATE INDEX jobs_by_vo_name on jobs (vo, job_name, job_id);

CREATE INDEX jobs_by_vo_owner on jobs (vo, owner, job_id);

CREATE INDEX jobs_by_vo_site on jobs (vo, site, job_id);

CREATE INDEX jobs_by_vo_status on jobs (vo, status, job_id);

CREATE INDEX jobs_by_vo_update on jobs (vo, last_update_at_ms, job_id, minor_status, application_status);

CREATE TABLE log_out_tokens (
  issuer text not null,
  jti_hash text not null,
  expires_at_ms bigint not null,
  primary key (issuer, jti_hash)
);

CREATE INDEX log_out_tokens_by_age on log_out_tokens (expires_at_ms);

CREATE TABLE mails (
  mail_id integer primary key autoincrement,
  matter text not null unique,
  account_id text not null references accounts (account_id),
  recipient text not null,
  subject text not null,
  body text not null,
  created_at_ms bigint not null,
  tries integer not null,
  next_try_at_ms bigint not null,
  taken_at_ms bigint,
  refused text
);

CREATE INDEX mails_due on mails (next_try_at_ms) where taken_at_ms is null and refused is null;

CREATE TABLE match_claims (
  pilot_stamp text primary key,
  request_id text not null,
  job_id bigint not null,
  attempt integer not null,
  at_ms bigint not null,
  revision bigint not null default 0
);

CREATE INDEX match_claims_by_age on match_claims (at_ms);

CREATE TABLE match_counts (
  counted text not null,
  slot_start_ms bigint not null,
  jobs bigint not null,
  primary key (counted, slot_start_ms)
) without rowid;

CREATE INDEX match_counts_by_age on match_counts (slot_start_ms);

CREATE TABLE member_syncs (
  vo text primary key,
  source text not null,
  members integer not null,
  synced_at_ms bigint,
  tried_at_ms bigint not null,
  failure text
);

CREATE TABLE membership_requests (
  request_id integer primary key autoincrement,
  account_id text not null references accounts (account_id),
  vo text not null,
  motivation text not null,
  requested_at_ms bigint not null,
  decision text check (decision in ('granted', 'refused', 'withdrawn')),
  decided_at_ms bigint,
  decided_by text,
  reason text not null
);

CREATE INDEX membership_requests_account on membership_requests (account_id, requested_at_ms);

CREATE INDEX membership_requests_vo on membership_requests (vo, decision, requested_at_ms);

CREATE TABLE migrations (name text primary key, checksum text not null, applied_at_ms bigint not null);

CREATE TABLE notices (
  notice_id integer primary key autoincrement,
  account_id text not null references accounts (account_id),
  matter text not null,
  kind text not null,
  level text not null check (level in ('info', 'warning', 'critical')),
  title text not null,
  message text not null,
  created_at_ms bigint not null,
  read_at_ms bigint,
  unique (account_id, matter)
);

CREATE TABLE pilot_decisions (
  class_key text primary key,
  decided_at_ms bigint not null,
  decision text not null
);

CREATE TABLE pilot_logs (
  stamp text not null,
  part integer not null,
  at_ms bigint not null,
  text text not null,
  primary key (stamp, part)
) without rowid;

CREATE TABLE pilot_outputs (
  stamp text primary key,
  kept_at_ms bigint,
  tries integer not null,
  next_try_at_ms bigint not null,
  fault text,
  stdout text not null,
  stderr text not null
) without rowid;

CREATE INDEX pilot_outputs_wanted on pilot_outputs (next_try_at_ms) where kept_at_ms is null;

CREATE TABLE pilots (
  pilot_id integer primary key autoincrement,
  stamp text not null unique,
  pilot_reference text not null,
  secret_sha256 text not null,
  vo text not null,
  grid_type text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null check (status in (
    'Submitted', 'Waiting', 'Running', 'Done', 'Failed', 'Aborted', 'Deleted', 'Unknown')),
  status_reason text not null,
  benchmark double precision not null,
  processors integer not null,
  max_wall_time_s bigint not null,
  task_queue_id bigint,
  current_job_id bigint,
  host_name text,
  version text,
  node_version text,
  isolation text,
  checks text,
  offer text,
  submitted_at_ms bigint not null,
  registered_at_ms bigint,
  last_update_at_ms bigint not null,
  heartbeat_at_ms bigint,
  ended_at_ms bigint
, jobs_taken bigint);

CREATE INDEX pilots_by_end on pilots (ended_at_ms, vo, site, computing_element, status, jobs_taken)
  where ended_at_ms is not null;

CREATE INDEX pilots_by_vo on pilots (vo, pilot_id);

CREATE INDEX pilots_open on pilots (pilot_id) where ended_at_ms is null;

CREATE INDEX pilots_open_by_place on pilots (vo, site, computing_element, status, ended_at_ms)
  where ended_at_ms is null;

CREATE TABLE proxies (
  proxy_id text primary key,
  account_id text not null references accounts (account_id),
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  certificate_serial text not null,
  chain_pem text not null,
  valid_until_ms bigint not null,
  sealed_key blob not null,
  sealed_data_key blob not null,
  key_encryption_key_id text not null,
  created_at_ms bigint not null,
  last_used_at_ms bigint, groups_picked text, revoked_at_ms bigint, source text not null default 'upload',
  unique (subject_key, issuer_key)
);

CREATE INDEX proxies_account on proxies (account_id, valid_until_ms);

CREATE TABLE proxy_requests (
  request_id text primary key,
  account_id text not null references accounts (account_id),
  session_hash text not null,
  public_key_digest text not null,
  sealed_key blob,
  sealed_data_key blob,
  key_encryption_key_id text not null,
  expires_at_ms bigint not null,
  used_at_ms bigint
);

CREATE INDEX proxy_requests_account on proxy_requests (account_id, expires_at_ms);

CREATE TABLE refresh_tokens (
  jti text primary key,
  token_hash text not null unique,
  client_id text not null,
  account_id text not null references accounts (account_id),
  vo text not null,
  group_name text not null,
  scope text not null,
  rotates integer not null,
  issued_at_ms bigint not null,
  expires_at_ms bigint not null,
  revoked_at_ms bigint,
  revoked_because text
);

CREATE INDEX refresh_tokens_by_account on refresh_tokens (account_id, vo, issued_at_ms);

CREATE INDEX refresh_tokens_by_age on refresh_tokens (issued_at_ms);

CREATE INDEX refresh_tokens_by_vo on refresh_tokens (vo, issued_at_ms);

CREATE TABLE running_limits (
  limit_key text primary key,
  running bigint not null,
  last_match_at_ms bigint
);

CREATE TABLE sandbox_assignments (
  job_id bigint not null,
  kind text not null check (kind in ('Input', 'Output')),
  position integer not null,
  attempt integer not null,
  sandbox_id bigint not null references sandboxes (sandbox_id),
  primary key (job_id, kind, position)
) without rowid;

CREATE INDEX sandbox_assignments_by_sandbox on sandbox_assignments (sandbox_id);

CREATE TABLE sandboxes (
  sandbox_id integer primary key autoincrement,
  pfn text not null unique,
  vo text not null,
  owner_group text not null,
  owner text not null,
  checksum text not null,
  format text not null check (format in ('tar.gz', 'tar.zst', 'tar.bz2')),
  size_bytes bigint not null,
  object_key text not null,
  entries text not null,
  job_references integer not null,
  was_assigned integer not null,
  stored_at_ms bigint not null,
  last_access_at_ms bigint not null
);

CREATE UNIQUE INDEX sandboxes_by_object on sandboxes (object_key);

CREATE INDEX sandboxes_unused on sandboxes (last_access_at_ms) where job_references = 0;

CREATE TABLE seen_offers (
  class_key text not null,
  slot integer not null,
  promised text not null,
  offer text not null,
  seen_at_ms bigint not null,
  primary key (class_key, slot)
) without rowid;

CREATE TABLE service_members (
  vo text not null,
  identity text not null,
  fqan text not null,
  primary key (vo, identity, fqan)
);

CREATE INDEX service_members_identity on service_members (identity);

CREATE TABLE sessions (
  id_hash text primary key,
  account_id text,
  created_at_ms bigint not null,
  last_active_at_ms bigint not null,
  ended_at_ms bigint,
  data text not null
, issuer text, subject text, provider_sid text, certificate_issuer text, certificate_serial text);

CREATE INDEX sessions_by_account on sessions (account_id, created_at_ms);

CREATE INDEX sessions_by_age on sessions (created_at_ms);

CREATE INDEX sessions_by_certificate on sessions (certificate_issuer, certificate_serial);

CREATE INDEX sessions_by_provider_sid on sessions (issuer, provider_sid);

CREATE INDEX sessions_by_subject on sessions (issuer, subject);

CREATE TABLE share_usage (
  vo text not null,
  owner_group text not null,
  owner text not null,
  half_life_s bigint not null,
  epoch_ms bigint not null,
  cost_s double precision not null,
  dispatches double precision not null,
  primary key (vo, owner_group, owner, half_life_s, epoch_ms)
) without rowid;

CREATE TABLE submissions (
  account_id text not null,
  request_key text not null,
  digest text not null,
  answer text not null,
  at_ms bigint not null,
  primary key (account_id, request_key)
) without rowid;

CREATE INDEX submissions_by_age on submissions (at_ms);

CREATE TABLE suspensions (
  account_id text not null references accounts (account_id),
  vo text not null,
  reason text not null,
  suspended_by text not null,
  suspended_at_ms bigint not null,
  primary key (account_id, vo)
);

CREATE TABLE task_queue_jobs (
  task_queue_id bigint not null,
  rank integer not null,
  job_id bigint not null,
  primary key (task_queue_id, rank, job_id)
) without rowid;

CREATE TABLE task_queues (
  task_queue_id integer primary key autoincrement,
  digest text not null unique,
  requirements text not null,
  created_at_ms bigint not null
, retired_at_ms bigint);

CREATE TABLE token_flows (
  flow_id text primary key,
  kind text not null,
  client_id text not null,
  scope text not null,
  handle_hash text not null unique,
  code_hash text unique,
  redirect_uri text,
  code_challenge text,
  client_state text,
  asked_from text not null,
  asked_at_ms bigint not null,
  expires_at_ms bigint not null,
  last_poll_at_ms bigint,
  status text not null,
  account_id text references accounts (account_id),
  vo text,
  group_name text
);

CREATE INDEX token_flows_by_age on token_flows (expires_at_ms);

CREATE TABLE token_grants (
  grant_id text primary key,
  account_id text not null references accounts (account_id),
  provider_id text not null,
  issuer text not null,
  subject text not null,
  scopes text not null,
  status text not null,
  sealed_key blob not null,
  sealed_data_key blob not null,
  key_encryption_key_id text not null,
  generation integer not null,
  expires_at_ms bigint,
  access_expires_at_ms bigint not null,
  claims text not null,
  created_at_ms bigint not null,
  refreshed_at_ms bigint not null,
  failures integer not null,
  next_try_at_ms bigint not null,
  leased_until_ms bigint not null
);

CREATE INDEX token_grants_due on token_grants (next_try_at_ms);

CREATE UNIQUE INDEX token_grants_one on token_grants (account_id, issuer) where status <> 'revoking';

CREATE TABLE token_keys (
  kid text primary key,
  public_key text not null,
  sealed_key blob not null,
  sealed_data_key blob not null,
  key_encryption_key_id text not null,
  created_at_ms bigint not null,
  signs_from_ms bigint not null
);

CREATE TABLE unlinked_certificates (
  account_id text not null references accounts (account_id),
  subject_key text not null,
  issuer_key text not null,
  unlinked_at_ms bigint not null,
  primary key (account_id, subject_key, issuer_key)
);

CREATE TABLE user_documents (
  account_id text not null,
  kind text not null check (kind in ('layout', 'note', 'settings')),
  name text not null,
  revision integer not null,
  body text not null,
  updated_at_ms bigint not null,
  primary key (account_id, kind, name)
) without rowid;

CREATE TABLE waiting_looks (
  digest text not null,
  first_at_ms bigint not null,
  last_at_ms bigint not null,
  causes text not null,
  primary key (digest, first_at_ms)
) without rowid;

CREATE INDEX waiting_looks_by_age on waiting_looks (last_at_ms);

CREATE TABLE wrong_codes (
  address_hash text primary key,
  since_ms bigint not null,
  guesses integer not null
);

CREATE INDEX wrong_codes_by_age on wrong_codes (since_ms);
