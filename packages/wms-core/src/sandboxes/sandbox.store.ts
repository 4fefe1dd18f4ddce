/** SQL of sandboxes and of which job uses which. Reads of the jobs' rows are for rights alone. */
import { one, rows, run } from '../db/database.ts';
import type { Work } from '../db/database.ts';
import type { SandboxFormat, SandboxKind } from '../use-cases.ts';
import type { SandboxOwner } from './sandbox-url.ts';

export interface SandboxRow extends SandboxOwner {
  readonly sandboxId: number;
  readonly pfn: string;
  readonly checksum: string;
  readonly format: SandboxFormat;
  readonly sizeBytes: number;
  readonly objectKey: string;
  /** JSON of `SandboxFile[]`. */
  readonly entries: string;
}

const columns = `sandbox_id as "sandboxId", pfn, vo, owner_group as "ownerGroup", owner, checksum, format,
  size_bytes as "sizeBytes", object_key as "objectKey", entries`;

export function* findSandbox(pfn: string): Work<SandboxRow | undefined> {
  return yield* one<SandboxRow>(`select ${columns} from sandboxes where pfn = $1`, [pfn]);
}

/** False when the PFN is stored already; the row then stays as it is. */
export function* insertSandbox(sandbox: Omit<SandboxRow, 'sandboxId'>, atMs: number): Work<boolean> {
  const made = yield* one(
    `insert into sandboxes (pfn, vo, owner_group, owner, checksum, format, size_bytes, object_key, entries,
       job_references, was_assigned, stored_at_ms, last_access_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $10)
     on conflict (pfn) do nothing returning sandbox_id`,
    [
      sandbox.pfn,
      sandbox.vo,
      sandbox.ownerGroup,
      sandbox.owner,
      sandbox.checksum,
      sandbox.format,
      sandbox.sizeBytes,
      sandbox.objectKey,
      sandbox.entries,
      atMs,
    ],
  );
  return made !== undefined;
}

export function* touchSandbox(sandboxId: number, atMs: number): Work<void> {
  yield* run('update sandboxes set last_access_at_ms = $2 where sandbox_id = $1', [sandboxId, atMs]);
}

// ---------------------------------------------------------------- assignments

export interface AssignedSandbox extends SandboxRow {
  readonly kind: SandboxKind;
  readonly position: number;
  readonly attempt: number;
}

/** All a job uses, in the order of the JDL: its own, and the input that it shares with the others of its bulk. */
export function* sandboxesOfJob(jobId: number): Work<readonly AssignedSandbox[]> {
  const own = yield* ownSandboxesOfJob(jobId);
  const shared = yield* rows<AssignedSandbox>(
    `select 'Input' as kind, position, 1 as attempt, ${columns}
     from bulk_sandboxes join sandboxes using (sandbox_id)
     where bulk_id = (
       select case when $1 < first_job_id + job_count then bulk_id end
       from bulks where first_job_id <= $1 order by first_job_id desc limit 1)
     order by position`,
    [jobId],
  );
  return [...shared, ...own];
}

export function* ownSandboxesOfJob(jobId: number): Work<readonly AssignedSandbox[]> {
  return yield* rows<AssignedSandbox>(
    `select kind, position, attempt, ${columns}
     from sandbox_assignments join sandboxes using (sandbox_id)
     where job_id = $1 order by kind, position`,
    [jobId],
  );
}

export function* insertAssignment(assignment: {
  readonly jobId: number;
  readonly kind: SandboxKind;
  readonly position: number;
  readonly attempt: number;
  readonly sandboxId: number;
}): Work<void> {
  yield* run(
    `insert into sandbox_assignments (job_id, kind, position, attempt, sandbox_id) values ($1, $2, $3, $4, $5)`,
    [assignment.jobId, assignment.kind, assignment.position, assignment.attempt, assignment.sandboxId],
  );
}

export function* deleteAssignments(jobId: number, kind: SandboxKind | 'both'): Work<void> {
  if (kind === 'both') yield* run('delete from sandbox_assignments where job_id = $1', [jobId]);
  else yield* run('delete from sandbox_assignments where job_id = $1 and kind = $2', [jobId, kind]);
}

/** Adds to (or, negative, takes from) the number of jobs that use a sandbox. */
export function* addReferences(sandboxId: number, count: number, atMs: number): Work<void> {
  yield* run(
    `update sandboxes set job_references = job_references + $2, was_assigned = 1, last_access_at_ms = $3
     where sandbox_id = $1`,
    [sandboxId, count, atMs],
  );
}

export function* insertBulkSandbox(bulkId: number, position: number, sandboxId: number): Work<void> {
  yield* run('insert into bulk_sandboxes (bulk_id, position, sandbox_id) values ($1, $2, $3)', [
    bulkId,
    position,
    sandboxId,
  ]);
}

/** Removes what a bulk used; answers with the ids of the sandboxes. */
export function* deleteBulkSandboxes(bulkId: number): Work<readonly number[]> {
  const removed = yield* rows<{ sandboxId: number }>(
    'delete from bulk_sandboxes where bulk_id = $1 returning sandbox_id as "sandboxId"',
    [bulkId],
  );
  return removed.map(({ sandboxId }) => sandboxId);
}

// ---------------------------------------------------------------- cleaning

export interface UnusedSandbox {
  readonly sandboxId: number;
  readonly objectKey: string;
}

/** Removes rows that no job uses and nobody touched since; answers with what they stood for. */
export function* deleteUnused(
  neverAssignedBeforeMs: number,
  assignedBeforeMs: number,
  limit: number,
): Work<readonly UnusedSandbox[]> {
  return yield* rows<UnusedSandbox>(
    `delete from sandboxes where sandbox_id in (
       select sandbox_id from sandboxes where job_references = 0
         and ((was_assigned = 0 and last_access_at_ms < $1) or (was_assigned = 1 and last_access_at_ms < $2))
       order by last_access_at_ms limit $3)
     returning sandbox_id as "sandboxId", object_key as "objectKey"`,
    [neverAssignedBeforeMs, assignedBeforeMs, limit],
  );
}

export function* isKnownObject(objectKey: string): Work<boolean> {
  return (yield* one('select 1 as found from sandboxes where object_key = $1', [objectKey])) !== undefined;
}

// ---------------------------------------------------------------- rights

/** What rights need of a job's row. */
export interface JobAccess extends SandboxOwner {
  readonly attempt: number;
  readonly pilotStamp: string | null;
}

export function* jobAccess(jobId: number): Work<JobAccess | undefined> {
  return yield* one<JobAccess>(
    `select vo, owner_group as "ownerGroup", owner, attempt, pilot_stamp as "pilotStamp" from jobs where job_id = $1`,
    [jobId],
  );
}
