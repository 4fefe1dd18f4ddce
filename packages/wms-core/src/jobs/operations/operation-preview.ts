/** What an action would do to jobs counted by status and owner: who may, and in which states. Pure. */
import type { UserPrincipal } from '../../identity/principal.ts';
import type { ActionPreview, JobAction, PreviewGroup } from '../../use-cases.ts';
import { stateAllows } from '../job-actions.ts';
import { mayAct, refusalOf } from '../job-rights.ts';
import { attemptRunningStatuses, jobStatuses, type JobStatus } from '../job-status.ts';
import { isUndoableFrom } from './undo-job.ts';

export interface CountedJobs {
  readonly status: JobStatus;
  readonly owner: string;
  readonly ownerGroup: string;
  readonly jobs: number;
}

export type Forecast = Pick<ActionPreview, 'total' | 'allowed' | 'running' | 'undoable' | 'groups'>;

const isUndoable = (action: JobAction): boolean => action === 'kill' || action === 'delete';
const runs = (status: JobStatus): boolean =>
  (attemptRunningStatuses as readonly JobStatus[]).includes(status);

export function forecastOf(
  principal: UserPrincipal,
  action: JobAction,
  counted: readonly CountedJobs[],
): Forecast {
  const groups = new Map<string, PreviewGroup>();
  for (const { status, owner, ownerGroup, jobs } of counted) {
    const job = { vo: principal.vo, owner, ownerGroup };
    const verdict = mayAct(principal, action, job)
      ? stateAllows(action, status)
      : { allowed: false, reason: refusalOf(principal, job) };
    const key = JSON.stringify([status, verdict.reason]);
    groups.set(key, { status, ...verdict, jobs: jobs + (groups.get(key)?.jobs ?? 0) });
  }
  const all = [...groups.values()].toSorted(
    (a, b) =>
      Number(b.allowed) - Number(a.allowed) || jobStatuses.indexOf(a.status) - jobStatuses.indexOf(b.status),
  );
  const sum = (filter: (group: PreviewGroup) => boolean): number =>
    all.reduce((total, group) => total + (filter(group) ? group.jobs : 0), 0);
  return {
    groups: all,
    total: sum(() => true),
    allowed: sum(({ allowed }) => allowed),
    running: sum(({ allowed, status }) => allowed && runs(status)),
    undoable: isUndoable(action) ? sum(({ allowed, status }) => allowed && isUndoableFrom(status)) : 0,
  };
}
