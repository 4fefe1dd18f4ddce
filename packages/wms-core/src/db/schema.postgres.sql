-- What the migrations of postgres amount to. Written by `npm run generate`; change a migration instead.

create table access_tokens (
  jti text not null,
  refresh_jti text not null,
  expires_at_ms bigint not null,
  constraint access_tokens_pkey PRIMARY KEY (jti),
  constraint access_tokens_refresh_jti_fkey FOREIGN KEY (refresh_jti) REFERENCES refresh_tokens(jti)
);
CREATE INDEX access_tokens_by_age ON public.access_tokens USING btree (expires_at_ms);
CREATE INDEX access_tokens_by_refresh ON public.access_tokens USING btree (refresh_jti);

create table account_certificates (
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  account_id text not null,
  source text not null,
  linked_at_ms bigint not null,
  constraint account_certificates_pkey PRIMARY KEY (subject_key, issuer_key),
  constraint account_certificates_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);
CREATE INDEX account_certificates_account ON public.account_certificates USING btree (account_id);

create table account_fqans (
  account_id text not null,
  fqan text not null,
  issuer text not null,
  seen_at_ms bigint not null,
  constraint account_fqans_by_log_in_pkey PRIMARY KEY (account_id, issuer, fqan),
  constraint account_fqans_by_log_in_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);

create table account_log_in_facts (
  account_id text not null,
  issuer text not null,
  assurance text not null,
  person text not null,
  linked_at_ms bigint not null,
  last_log_in_at_ms bigint not null,
  constraint account_log_in_facts_pkey PRIMARY KEY (account_id, issuer),
  constraint account_log_in_facts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);

create table account_log_ins (
  issuer text not null,
  claim text not null,
  subject text not null,
  account_id text not null,
  linked_at_ms bigint not null,
  constraint account_log_ins_pkey PRIMARY KEY (issuer, claim, subject),
  constraint account_log_ins_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);
CREATE INDEX account_log_ins_account ON public.account_log_ins USING btree (account_id);

create table accounting_job_buckets (
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
  output_sandbox_bytes bigint not null,
  input_data_bytes bigint not null default 0,
  output_data_bytes bigint not null default 0,
  input_data_files bigint not null default 0,
  output_data_files bigint not null default 0,
  processed_events bigint not null default 0,
  constraint accounting_job_buckets_pkey PRIMARY KEY (vo, start_at_ms, width_ms, key_id)
);
CREATE INDEX accounting_job_buckets_age ON public.accounting_job_buckets USING btree (width_ms, start_at_ms);

create table accounting_job_keys (
  key_id text not null,
  last_used_day integer not null,
  vo text not null,
  owner text not null,
  owner_group text not null,
  job_group text not null,
  job_type text not null,
  site text not null,
  final_major_status text not null,
  final_minor_status text not null,
  job_class text not null default 'Unknown'::text,
  processing_type text not null default 'Unknown'::text,
  constraint accounting_job_keys_pkey PRIMARY KEY (key_id)
);

create table accounting_job_records (
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
  output_sandbox_bytes bigint not null,
  input_data_bytes bigint not null default 0,
  output_data_bytes bigint not null default 0,
  input_data_files bigint not null default 0,
  output_data_files bigint not null default 0,
  processed_events bigint not null default 0,
  constraint accounting_job_records_pkey PRIMARY KEY (job_id, attempt)
);
CREATE INDEX accounting_job_records_end ON public.accounting_job_records USING btree (end_at_ms);

create table accounting_pilot_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  jobs bigint not null,
  exec_time_ms bigint not null,
  constraint accounting_pilot_buckets_pkey PRIMARY KEY (vo, start_at_ms, width_ms, key_id)
);
CREATE INDEX accounting_pilot_buckets_age ON public.accounting_pilot_buckets USING btree (width_ms, start_at_ms);

create table accounting_pilot_keys (
  key_id text not null,
  last_used_day integer not null,
  vo text not null,
  site text not null,
  computing_element text not null,
  grid_type text not null,
  status text not null,
  owner text not null default 'Unknown'::text,
  owner_group text not null default 'Unknown'::text,
  constraint accounting_pilot_keys_pkey PRIMARY KEY (key_id)
);

create table accounting_pilot_records (
  stamp text not null,
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  jobs bigint not null,
  exec_time_ms bigint not null,
  constraint accounting_pilot_records_pkey PRIMARY KEY (stamp)
);
CREATE INDEX accounting_pilot_records_end ON public.accounting_pilot_records USING btree (end_at_ms);

create table accounting_pilot_submission_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  pilots bigint not null,
  succeeded bigint not null,
  constraint accounting_pilot_submission_buckets_pkey PRIMARY KEY (vo, start_at_ms, width_ms, key_id)
);
CREATE INDEX accounting_pilot_submission_buckets_age ON public.accounting_pilot_submission_buckets USING btree (width_ms, start_at_ms);

create table accounting_pilot_submission_keys (
  key_id text not null,
  last_used_day integer not null,
  vo text not null,
  host_name text not null,
  site_director text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null,
  constraint accounting_pilot_submission_keys_pkey PRIMARY KEY (key_id)
);

create table accounting_pilot_submission_records (
  record_id bigint generated by default as identity not null,
  vo text not null,
  key_id text not null,
  start_at_ms bigint not null,
  end_at_ms bigint not null,
  pilots bigint not null,
  succeeded bigint not null,
  constraint accounting_pilot_submission_records_pkey PRIMARY KEY (record_id)
);
CREATE INDEX accounting_pilot_submission_records_end ON public.accounting_pilot_submission_records USING btree (end_at_ms);

create table accounting_snapshots (
  vo text not null,
  at_ms bigint not null,
  constraint accounting_snapshots_pkey PRIMARY KEY (vo)
);

create table accounting_wms_history_buckets (
  vo text not null,
  start_at_ms bigint not null,
  width_ms bigint not null,
  key_id text not null,
  entries bigint not null,
  jobs bigint not null,
  reschedules bigint not null,
  constraint accounting_wms_history_buckets_pkey PRIMARY KEY (vo, start_at_ms, width_ms, key_id)
);
CREATE INDEX accounting_wms_history_buckets_age ON public.accounting_wms_history_buckets USING btree (width_ms, start_at_ms);

create table accounting_wms_history_keys (
  key_id text not null,
  last_used_day integer not null,
  vo text not null,
  status text not null,
  site text not null,
  owner text not null,
  owner_group text not null,
  job_group text not null,
  minor_status text not null,
  job_type text not null,
  constraint accounting_wms_history_keys_pkey PRIMARY KEY (key_id)
);

create table accounts (
  account_id text not null,
  user_name text not null,
  is_configured integer not null,
  display_name text not null,
  email text,
  created_at_ms bigint not null,
  last_log_in_at_ms bigint not null,
  assurance text not null default 'none'::text,
  constraint accounts_pkey PRIMARY KEY (account_id),
  constraint accounts_user_name_key UNIQUE (user_name)
);

create table audit_head (
  only_one integer not null,
  audit_id bigint not null,
  hash text not null,
  constraint audit_head_pkey PRIMARY KEY (only_one),
  constraint audit_head_only_one_check CHECK ((only_one = 1))
);

create table audit_log (
  audit_id bigint not null,
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
  hash text not null,
  constraint audit_log_pkey PRIMARY KEY (audit_id)
);
CREATE INDEX audit_log_actor ON public.audit_log USING btree (actor, audit_id);
CREATE INDEX audit_log_target ON public.audit_log USING btree (target_account_id, audit_id);
CREATE INDEX audit_log_vo ON public.audit_log USING btree (vo, audit_id);

create table bulk_sandboxes (
  bulk_id bigint not null,
  position integer not null,
  sandbox_id bigint not null,
  constraint bulk_sandboxes_pkey PRIMARY KEY (bulk_id, "position")
);
CREATE INDEX bulk_sandboxes_by_sandbox ON public.bulk_sandboxes USING btree (sandbox_id);

create table bulk_slices (
  bulk_id bigint not null,
  slice bigint not null,
  held integer not null,
  constraint bulk_slices_pkey PRIMARY KEY (bulk_id, slice)
);

create table bulks (
  bulk_id bigint generated by default as identity not null,
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
  state text not null,
  reason text,
  next_slice bigint not null,
  expanded bigint not null,
  created_at_ms bigint not null,
  confirm_until_ms bigint,
  settled_at_ms bigint,
  constraint bulks_pkey PRIMARY KEY (bulk_id),
  constraint bulks_state_check CHECK ((state = ANY (ARRAY['Unconfirmed'::text, 'Expanding'::text, 'Complete'::text, 'Abandoned'::text])))
);
CREATE UNIQUE INDEX bulks_by_first_job ON public.bulks USING btree (first_job_id);
CREATE INDEX bulks_by_owner ON public.bulks USING btree (vo, owner, bulk_id);
CREATE INDEX bulks_to_make ON public.bulks USING btree (first_job_id) WHERE (expanded < job_count);
CREATE INDEX bulks_unsettled ON public.bulks USING btree (bulk_id) WHERE (settled_at_ms IS NULL);

create table certificate_hand_overs (
  code_hash text not null,
  nonce_hash text not null,
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  expires_at_ms bigint not null,
  certificate_serial text not null default ''::text,
  constraint certificate_hand_overs_pkey PRIMARY KEY (code_hash)
);
CREATE INDEX certificate_hand_overs_by_age ON public.certificate_hand_overs USING btree (expires_at_ms);

create table credential_audit (
  audit_id bigint generated by default as identity not null,
  at_ms bigint not null,
  action text not null,
  actor_account_id text not null,
  actor_group text not null,
  target_account_id text,
  subject_dn text,
  result text not null,
  constraint credential_audit_pkey PRIMARY KEY (audit_id)
);
CREATE INDEX credential_audit_target ON public.credential_audit USING btree (target_account_id, at_ms);

create table element_statuses (
  status_id bigint generated by default as identity not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null,
  reason text not null,
  set_by text not null,
  set_at_ms bigint not null,
  until_ms bigint,
  ended_at_ms bigint,
  ended_by text,
  constraint element_statuses_pkey PRIMARY KEY (status_id)
);
CREATE INDEX element_statuses_by_site ON public.element_statuses USING btree (site, status_id);
CREATE UNIQUE INDEX element_statuses_open ON public.element_statuses USING btree (site, computing_element, batch_queue) WHERE (ended_at_ms IS NULL);

create table events (
  sequence bigint generated by default as identity not null,
  at_ms bigint not null,
  changes text not null,
  constraint events_pkey PRIMARY KEY (sequence)
);

create table granted_memberships (
  account_id text not null,
  vo text not null,
  group_name text not null,
  granted_by text not null,
  granted_at_ms bigint not null,
  constraint granted_memberships_pkey PRIMARY KEY (account_id, group_name),
  constraint granted_memberships_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);
CREATE INDEX granted_memberships_vo ON public.granted_memberships USING btree (vo);

create table issued_certificates (
  serial text not null,
  account_id text not null,
  subject_dn text not null,
  issuer_dn text not null,
  issued_at_ms bigint not null,
  not_after_ms bigint not null,
  revoked_at_ms bigint,
  constraint issued_certificates_pkey PRIMARY KEY (serial),
  constraint issued_certificates_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);
CREATE INDEX issued_certificates_account ON public.issued_certificates USING btree (account_id, not_after_ms);

create table job_attempts (
  job_id bigint not null,
  attempt integer not null,
  pilot_stamp text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  matched_at_ms bigint not null,
  decision text,
  constraint job_attempts_pkey PRIMARY KEY (job_id, attempt)
);
CREATE INDEX job_attempts_by_decision_age ON public.job_attempts USING btree (matched_at_ms) WHERE (decision IS NOT NULL);
CREATE INDEX job_attempts_by_pilot ON public.job_attempts USING btree (pilot_stamp, job_id);

create table job_commands (
  command_id bigint generated by default as identity not null,
  job_id bigint not null,
  attempt integer not null,
  pilot_stamp text not null,
  command text not null,
  arguments text,
  created_at_ms bigint not null,
  acknowledged_at_ms bigint,
  constraint job_commands_pkey PRIMARY KEY (command_id)
);
CREATE INDEX job_commands_by_job ON public.job_commands USING btree (job_id);
CREATE INDEX job_commands_open ON public.job_commands USING btree (pilot_stamp) WHERE (acknowledged_at_ms IS NULL);

create table job_counters (
  vo text not null,
  owner_group text not null,
  owner text not null,
  site text not null,
  status text not null,
  jobs bigint not null,
  constraint job_counters_pkey PRIMARY KEY (vo, owner_group, owner, site, status)
);

create table job_descriptions (
  job_id bigint not null,
  original text not null,
  processed text not null,
  constraint job_descriptions_pkey PRIMARY KEY (job_id)
);

create table job_detail_counters (
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
  constraint job_detail_counters_pkey PRIMARY KEY (vo, owner_group, owner, job_group, job_type, site, status, minor_status)
);

create table job_ids (
  name text not null,
  next_id bigint not null,
  revision bigint not null default 0,
  constraint job_ids_pkey PRIMARY KEY (name)
);

create table job_log (
  log_id bigint generated by default as identity not null,
  job_id bigint not null,
  attempt integer not null,
  status text,
  minor_status text,
  application_status text,
  at_ms bigint not null,
  reported_at_ms bigint,
  source text not null,
  constraint job_log_pkey PRIMARY KEY (job_id, log_id)
);

create table job_operation_jobs (
  operation_id bigint not null,
  job_id bigint not null,
  ok integer not null,
  code text,
  message text not null,
  status text,
  memory text,
  constraint job_operation_jobs_pkey PRIMARY KEY (operation_id, job_id)
);
CREATE INDEX job_operation_jobs_memory ON public.job_operation_jobs USING btree (job_id) WHERE (memory IS NOT NULL);

create table job_operations (
  operation_id bigint generated by default as identity not null,
  token text not null,
  action text not null,
  state text not null,
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
  reason text,
  constraint job_operations_pkey PRIMARY KEY (operation_id),
  constraint job_operations_action_check CHECK ((action = ANY (ARRAY['kill'::text, 'delete'::text, 'reschedule'::text, 'reset'::text, 'remove'::text, 'undo'::text]))),
  constraint job_operations_state_check CHECK ((state = ANY (ARRAY['Previewed'::text, 'Running'::text, 'Done'::text, 'Cancelled'::text, 'Failed'::text]))),
  constraint job_operations_token_key UNIQUE (token)
);
CREATE INDEX job_operations_by_account ON public.job_operations USING btree (account_id, vo, operation_id);
CREATE INDEX job_operations_open ON public.job_operations USING btree (operation_id) WHERE (state = 'Running'::text);

create table job_parameters (
  job_id bigint not null,
  attempt integer not null,
  name text not null,
  value text not null,
  constraint job_parameters_pkey PRIMARY KEY (job_id, attempt, name)
);

create table job_signs (
  job_id bigint not null,
  attempt integer not null,
  at_ms bigint not null,
  metrics text,
  stdout_tail text,
  stderr_tail text,
  constraint job_signs_pkey PRIMARY KEY (job_id)
);

create table jobs (
  job_id bigint generated by default as identity not null,
  vo text not null,
  owner_group text not null,
  owner text not null,
  job_type text not null,
  job_group text not null,
  job_name text not null,
  site text not null,
  status text not null,
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
  task_queue_id bigint,
  revision bigint not null default 0,
  matched_at_ms bigint,
  slot_processors integer,
  charged_s bigint,
  limit_keys text,
  cpu_time_ms bigint not null default 0,
  norm_cpu_time_ms bigint not null default 0,
  wall_time_ms bigint not null default 0,
  disk_bytes bigint not null default 0,
  input_sandbox_bytes bigint not null default 0,
  output_sandbox_bytes bigint not null default 0,
  shallow_counter integer not null default 0,
  parameters_told integer not null default 0,
  processing_type text not null default 'Unknown'::text,
  job_class text not null default 'Unknown'::text,
  input_data_files integer not null default 0,
  input_data_bytes bigint not null default 0,
  output_data_bytes bigint not null default 0,
  output_data_files bigint not null default 0,
  processed_events bigint not null default 0,
  constraint jobs_pkey PRIMARY KEY (job_id),
  constraint jobs_status_check CHECK ((status = ANY (ARRAY['Submitting'::text, 'Received'::text, 'Checking'::text, 'Scouting'::text, 'Staging'::text, 'Waiting'::text, 'Matched'::text, 'Rescheduled'::text, 'Running'::text, 'Stalled'::text, 'Completing'::text, 'Completed'::text, 'Done'::text, 'Failed'::text, 'Killed'::text, 'Deleted'::text])))
);
CREATE INDEX jobs_by_vo ON public.jobs USING btree (vo, job_id);
CREATE INDEX jobs_by_vo_group ON public.jobs USING btree (vo, owner_group, job_id);
CREATE INDEX jobs_by_vo_name ON public.jobs USING btree (vo, job_name, job_id);
CREATE INDEX jobs_by_vo_owner ON public.jobs USING btree (vo, owner, job_id);
CREATE INDEX jobs_by_vo_site ON public.jobs USING btree (vo, site, job_id);
CREATE INDEX jobs_by_vo_status ON public.jobs USING btree (vo, status, job_id);
CREATE INDEX jobs_by_vo_update ON public.jobs USING btree (vo, last_update_at_ms NULLS FIRST, job_id);

create table log_out_tokens (
  issuer text not null,
  jti_hash text not null,
  expires_at_ms bigint not null,
  constraint log_out_tokens_pkey PRIMARY KEY (issuer, jti_hash)
);
CREATE INDEX log_out_tokens_by_age ON public.log_out_tokens USING btree (expires_at_ms);

create table mails (
  mail_id bigint generated by default as identity not null,
  matter text not null,
  account_id text not null,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at_ms bigint not null,
  tries integer not null,
  next_try_at_ms bigint not null,
  taken_at_ms bigint,
  refused text,
  constraint mails_pkey PRIMARY KEY (mail_id),
  constraint mails_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint mails_matter_key UNIQUE (matter)
);
CREATE INDEX mails_due ON public.mails USING btree (next_try_at_ms) WHERE ((taken_at_ms IS NULL) AND (refused IS NULL));

create table match_claims (
  pilot_stamp text not null,
  request_id text not null,
  job_id bigint not null,
  attempt integer not null,
  at_ms bigint not null,
  revision bigint not null default 0,
  constraint match_claims_pkey PRIMARY KEY (pilot_stamp)
);
CREATE INDEX match_claims_by_age ON public.match_claims USING btree (at_ms);

create table match_counts (
  counted text not null,
  slot_start_ms bigint not null,
  jobs bigint not null,
  constraint match_counts_pkey PRIMARY KEY (counted, slot_start_ms)
);
CREATE INDEX match_counts_by_age ON public.match_counts USING btree (slot_start_ms);

create table member_syncs (
  vo text not null,
  source text not null,
  members integer not null,
  synced_at_ms bigint,
  tried_at_ms bigint not null,
  failure text,
  constraint member_syncs_pkey PRIMARY KEY (vo)
);

create table membership_requests (
  request_id bigint generated by default as identity not null,
  account_id text not null,
  vo text not null,
  motivation text not null,
  requested_at_ms bigint not null,
  decision text,
  decided_at_ms bigint,
  decided_by text,
  reason text not null,
  constraint membership_requests_pkey PRIMARY KEY (request_id),
  constraint membership_requests_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint membership_requests_decision_check CHECK ((decision = ANY (ARRAY['granted'::text, 'refused'::text, 'withdrawn'::text])))
);
CREATE INDEX membership_requests_account ON public.membership_requests USING btree (account_id, requested_at_ms);
CREATE INDEX membership_requests_vo ON public.membership_requests USING btree (vo, decision, requested_at_ms);

create table migrations (
  name text not null,
  checksum text not null,
  applied_at_ms bigint not null,
  constraint migrations_pkey PRIMARY KEY (name)
);

create table notices (
  notice_id bigint generated by default as identity not null,
  account_id text not null,
  matter text not null,
  kind text not null,
  level text not null,
  title text not null,
  message text not null,
  created_at_ms bigint not null,
  read_at_ms bigint,
  constraint notices_pkey PRIMARY KEY (notice_id),
  constraint notices_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint notices_account_id_matter_key UNIQUE (account_id, matter),
  constraint notices_level_check CHECK ((level = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
);

create table pilot_decisions (
  class_key text not null,
  decided_at_ms bigint not null,
  decision text not null,
  constraint pilot_decisions_pkey PRIMARY KEY (class_key)
);

create table pilot_logs (
  stamp text not null,
  part integer not null,
  at_ms bigint not null,
  text text not null,
  constraint pilot_logs_pkey PRIMARY KEY (stamp, part)
);

create table pilot_outputs (
  stamp text not null,
  kept_at_ms bigint,
  tries integer not null,
  next_try_at_ms bigint not null,
  fault text,
  stdout text not null,
  stderr text not null,
  constraint pilot_outputs_pkey PRIMARY KEY (stamp)
);
CREATE INDEX pilot_outputs_wanted ON public.pilot_outputs USING btree (next_try_at_ms) WHERE (kept_at_ms IS NULL);

create table pilots (
  pilot_id bigint generated by default as identity not null,
  stamp text not null,
  pilot_reference text not null,
  secret_sha256 text not null,
  vo text not null,
  grid_type text not null,
  site text not null,
  computing_element text not null,
  batch_queue text not null,
  status text not null,
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
  ended_at_ms bigint,
  jobs_taken bigint,
  constraint pilots_pkey PRIMARY KEY (pilot_id),
  constraint pilots_stamp_key UNIQUE (stamp),
  constraint pilots_status_check CHECK ((status = ANY (ARRAY['Submitted'::text, 'Waiting'::text, 'Running'::text, 'Done'::text, 'Failed'::text, 'Aborted'::text, 'Deleted'::text, 'Unknown'::text])))
);
CREATE INDEX pilots_by_end ON public.pilots USING btree (ended_at_ms, vo, site, computing_element, status, jobs_taken) WHERE (ended_at_ms IS NOT NULL);
CREATE INDEX pilots_by_vo ON public.pilots USING btree (vo, pilot_id);
CREATE INDEX pilots_open ON public.pilots USING btree (pilot_id) WHERE (ended_at_ms IS NULL);
CREATE INDEX pilots_open_by_place ON public.pilots USING btree (vo, site, computing_element, status, ended_at_ms) WHERE (ended_at_ms IS NULL);

create table proxies (
  proxy_id text not null,
  account_id text not null,
  subject_key text not null,
  issuer_key text not null,
  subject_dn text not null,
  issuer_dn text not null,
  certificate_serial text not null,
  chain_pem text not null,
  valid_until_ms bigint not null,
  sealed_key bytea not null,
  sealed_data_key bytea not null,
  key_encryption_key_id text not null,
  created_at_ms bigint not null,
  last_used_at_ms bigint,
  groups_picked text,
  revoked_at_ms bigint,
  source text not null default 'upload'::text,
  constraint proxies_pkey PRIMARY KEY (proxy_id),
  constraint proxies_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint proxies_subject_key_issuer_key_key UNIQUE (subject_key, issuer_key)
);
CREATE INDEX proxies_account ON public.proxies USING btree (account_id, valid_until_ms);

create table proxy_requests (
  request_id text not null,
  account_id text not null,
  session_hash text not null,
  public_key_digest text not null,
  sealed_key bytea,
  sealed_data_key bytea,
  key_encryption_key_id text not null,
  expires_at_ms bigint not null,
  used_at_ms bigint,
  constraint proxy_requests_pkey PRIMARY KEY (request_id),
  constraint proxy_requests_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);
CREATE INDEX proxy_requests_account ON public.proxy_requests USING btree (account_id, expires_at_ms);

create table refresh_tokens (
  jti text not null,
  token_hash text not null,
  client_id text not null,
  account_id text not null,
  vo text not null,
  group_name text not null,
  scope text not null,
  rotates integer not null,
  issued_at_ms bigint not null,
  expires_at_ms bigint not null,
  revoked_at_ms bigint,
  revoked_because text,
  constraint refresh_tokens_pkey PRIMARY KEY (jti),
  constraint refresh_tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint refresh_tokens_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX refresh_tokens_by_account ON public.refresh_tokens USING btree (account_id, vo, issued_at_ms);
CREATE INDEX refresh_tokens_by_age ON public.refresh_tokens USING btree (issued_at_ms);
CREATE INDEX refresh_tokens_by_vo ON public.refresh_tokens USING btree (vo, issued_at_ms);

create table running_limits (
  limit_key text not null,
  running bigint not null,
  last_match_at_ms bigint,
  constraint running_limits_pkey PRIMARY KEY (limit_key)
);

create table sandbox_assignments (
  job_id bigint not null,
  kind text not null,
  position integer not null,
  attempt integer not null,
  sandbox_id bigint not null,
  constraint sandbox_assignments_pkey PRIMARY KEY (job_id, kind, "position"),
  constraint sandbox_assignments_kind_check CHECK ((kind = ANY (ARRAY['Input'::text, 'Output'::text]))),
  constraint sandbox_assignments_sandbox_id_fkey FOREIGN KEY (sandbox_id) REFERENCES sandboxes(sandbox_id)
);
CREATE INDEX sandbox_assignments_by_sandbox ON public.sandbox_assignments USING btree (sandbox_id);

create table sandboxes (
  sandbox_id bigint generated by default as identity not null,
  pfn text not null,
  vo text not null,
  owner_group text not null,
  owner text not null,
  checksum text not null,
  format text not null,
  size_bytes bigint not null,
  object_key text not null,
  entries text not null,
  job_references integer not null,
  was_assigned integer not null,
  stored_at_ms bigint not null,
  last_access_at_ms bigint not null,
  constraint sandboxes_pkey PRIMARY KEY (sandbox_id),
  constraint sandboxes_format_check CHECK ((format = ANY (ARRAY['tar.gz'::text, 'tar.zst'::text, 'tar.bz2'::text]))),
  constraint sandboxes_pfn_key UNIQUE (pfn)
);
CREATE UNIQUE INDEX sandboxes_by_object ON public.sandboxes USING btree (object_key);
CREATE INDEX sandboxes_unused ON public.sandboxes USING btree (last_access_at_ms) WHERE (job_references = 0);

create table seen_offers (
  class_key text not null,
  slot integer not null,
  promised text not null,
  offer text not null,
  seen_at_ms bigint not null,
  constraint seen_offers_pkey PRIMARY KEY (class_key, slot)
);

create table service_members (
  vo text not null,
  identity text not null,
  fqan text not null,
  constraint service_members_pkey PRIMARY KEY (vo, identity, fqan)
);
CREATE INDEX service_members_identity ON public.service_members USING btree (identity);

create table sessions (
  id_hash text not null,
  account_id text,
  created_at_ms bigint not null,
  last_active_at_ms bigint not null,
  ended_at_ms bigint,
  data text not null,
  issuer text,
  subject text,
  provider_sid text,
  certificate_issuer text,
  certificate_serial text,
  constraint sessions_pkey PRIMARY KEY (id_hash)
);
CREATE INDEX sessions_by_account ON public.sessions USING btree (account_id, created_at_ms);
CREATE INDEX sessions_by_age ON public.sessions USING btree (created_at_ms);
CREATE INDEX sessions_by_certificate ON public.sessions USING btree (certificate_issuer, certificate_serial);
CREATE INDEX sessions_by_provider_sid ON public.sessions USING btree (issuer, provider_sid);
CREATE INDEX sessions_by_subject ON public.sessions USING btree (issuer, subject);

create table share_usage (
  vo text not null,
  owner_group text not null,
  owner text not null,
  half_life_s bigint not null,
  epoch_ms bigint not null,
  cost_s double precision not null,
  dispatches double precision not null,
  constraint share_usage_pkey PRIMARY KEY (vo, owner_group, owner, half_life_s, epoch_ms)
);

create table submissions (
  account_id text not null,
  request_key text not null,
  digest text not null,
  answer text not null,
  at_ms bigint not null,
  constraint submissions_pkey PRIMARY KEY (account_id, request_key)
);
CREATE INDEX submissions_by_age ON public.submissions USING btree (at_ms);

create table suspensions (
  account_id text not null,
  vo text not null,
  reason text not null,
  suspended_by text not null,
  suspended_at_ms bigint not null,
  constraint suspensions_pkey PRIMARY KEY (account_id, vo),
  constraint suspensions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);

create table task_queue_jobs (
  task_queue_id bigint not null,
  rank integer not null,
  job_id bigint not null,
  constraint task_queue_jobs_pkey PRIMARY KEY (task_queue_id, rank, job_id)
);

create table task_queues (
  task_queue_id bigint generated by default as identity not null,
  digest text not null,
  requirements text not null,
  created_at_ms bigint not null,
  retired_at_ms bigint,
  constraint task_queues_pkey PRIMARY KEY (task_queue_id),
  constraint task_queues_digest_key UNIQUE (digest)
);

create table token_flows (
  flow_id text not null,
  kind text not null,
  client_id text not null,
  scope text not null,
  handle_hash text not null,
  code_hash text,
  redirect_uri text,
  code_challenge text,
  client_state text,
  asked_from text not null,
  asked_at_ms bigint not null,
  expires_at_ms bigint not null,
  last_poll_at_ms bigint,
  status text not null,
  account_id text,
  vo text,
  group_name text,
  constraint token_flows_pkey PRIMARY KEY (flow_id),
  constraint token_flows_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint token_flows_code_hash_key UNIQUE (code_hash),
  constraint token_flows_handle_hash_key UNIQUE (handle_hash)
);
CREATE INDEX token_flows_by_age ON public.token_flows USING btree (expires_at_ms);

create table token_grants (
  grant_id text not null,
  account_id text not null,
  provider_id text not null,
  issuer text not null,
  subject text not null,
  scopes text not null,
  status text not null,
  sealed_key bytea not null,
  sealed_data_key bytea not null,
  key_encryption_key_id text not null,
  generation integer not null,
  expires_at_ms bigint,
  access_expires_at_ms bigint not null,
  claims text not null,
  created_at_ms bigint not null,
  refreshed_at_ms bigint not null,
  failures integer not null,
  next_try_at_ms bigint not null,
  leased_until_ms bigint not null,
  constraint token_grants_pkey PRIMARY KEY (grant_id),
  constraint token_grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);
CREATE INDEX token_grants_due ON public.token_grants USING btree (next_try_at_ms);
CREATE UNIQUE INDEX token_grants_one ON public.token_grants USING btree (account_id, issuer) WHERE (status <> 'revoking'::text);

create table token_keys (
  kid text not null,
  public_key text not null,
  sealed_key bytea not null,
  sealed_data_key bytea not null,
  key_encryption_key_id text not null,
  created_at_ms bigint not null,
  signs_from_ms bigint not null,
  constraint token_keys_pkey PRIMARY KEY (kid)
);

create table unlinked_certificates (
  account_id text not null,
  subject_key text not null,
  issuer_key text not null,
  unlinked_at_ms bigint not null,
  constraint unlinked_certificates_pkey PRIMARY KEY (account_id, subject_key, issuer_key),
  constraint unlinked_certificates_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id)
);

create table user_documents (
  account_id text not null,
  kind text not null,
  name text not null,
  revision integer not null,
  body text not null,
  updated_at_ms bigint not null,
  constraint user_documents_pkey PRIMARY KEY (account_id, kind, name),
  constraint user_documents_kind_check CHECK ((kind = ANY (ARRAY['layout'::text, 'note'::text, 'settings'::text])))
);

create table waiting_looks (
  digest text not null,
  first_at_ms bigint not null,
  last_at_ms bigint not null,
  causes text not null,
  constraint waiting_looks_pkey PRIMARY KEY (digest, first_at_ms)
);
CREATE INDEX waiting_looks_by_age ON public.waiting_looks USING btree (last_at_ms);

create table wrong_codes (
  address_hash text not null,
  since_ms bigint not null,
  guesses integer not null,
  constraint wrong_codes_pkey PRIMARY KEY (address_hash)
);
CREATE INDEX wrong_codes_by_age ON public.wrong_codes USING btree (since_ms);
