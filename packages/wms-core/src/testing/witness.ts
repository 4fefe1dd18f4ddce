/** Remembers what a core answered, to look later whether it is still so. */
import assert from 'node:assert/strict';
import { rows, type Database } from '../db/database.ts';
import type { JobWorld } from './job-world.ts';

interface TakenAttempt {
  readonly jobId: number;
  readonly attempt: number;
  readonly stamp: string;
}

interface TakenReport {
  readonly jobId: number;
  readonly attempt: number;
  readonly status: string;
}

const keyOf = ({ jobId, attempt }: { readonly jobId: number; readonly attempt: number }): string =>
  `${jobId}.${attempt}`;

export class Witness {
  readonly #submitted: number[] = [];
  readonly #attempts: TakenAttempt[] = [];
  readonly #reports: TakenReport[] = [];
  /** Somebody asked to remove these, answered or not. */
  readonly #removable = new Set<number>();

  /** The same world, watched. */
  of(world: JobWorld): JobWorld {
    const { jobs, matcher, operations, stateUpdate } = world;
    return {
      ...world,
      operations: {
        ...operations,
        act: (principal, action, jobIds) => {
          if (action === 'remove') for (const jobId of jobIds) this.#removable.add(jobId);
          return operations.act(principal, action, jobIds);
        },
      },
      jobs: {
        ...jobs,
        submit: async (principal, request) => {
          const answer = await jobs.submit(principal, request);
          this.#submitted.push(...answer.map(({ jobId }) => jobId));
          return answer;
        },
      },
      matcher: {
        ...matcher,
        match: async (pilot, ...rest) => {
          const answer = await matcher.match(pilot, ...rest);
          if (answer.kind === 'match') {
            const { jobId, attempt } = answer.job;
            this.#attempts.push({ jobId, attempt, stamp: pilot.stamp });
          }
          return answer;
        },
      },
      stateUpdate: {
        ...stateUpdate,
        report: async (pilot, reports) => {
          const verdicts = await stateUpdate.report(pilot, reports);
          for (const [index, { ok, jobId, attempt }] of verdicts.entries()) {
            const status = reports[index]?.status;
            if (ok && status !== undefined) this.#reports.push({ jobId, attempt, status });
          }
          return verdicts;
        },
      },
    };
  }

  /** Everything that was answered is there, and no attempt was given to two. */
  async check(database: Database): Promise<void> {
    const select = <R extends object>(sql: string) => database.read(() => rows<R>(sql));
    const jobs = await select<{ jobId: number }>('select job_id as "jobId" from jobs');
    const there = new Set(jobs.map(({ jobId }) => jobId));
    // An operation on all that match keeps its verdicts, stored with what it did.
    const removed = await select<{ jobId: number }>(
      `select v.job_id as "jobId" from job_operation_jobs v
       join job_operations o on o.operation_id = v.operation_id where o.action = 'remove' and v.ok = 1`,
    );
    const removable = new Set([...this.#removable, ...removed.map(({ jobId }) => jobId)]);
    /** Nobody took it away together with its attempts and its log. */
    const mustBeKnown = (jobId: number): boolean => there.has(jobId) || !removable.has(jobId);
    assert.deepEqual(
      this.#submitted.filter((jobId) => !there.has(jobId) && mustBeKnown(jobId)),
      [],
      'jobs were acknowledged and are gone',
    );
    assert.equal(new Set(this.#submitted).size, this.#submitted.length, 'a job number was given twice');

    const attempts = await select<TakenAttempt>(
      'select job_id as "jobId", attempt, pilot_stamp as stamp from job_attempts',
    );
    const holders = new Map(attempts.map((each) => [keyOf(each), each.stamp]));
    assert.deepEqual(
      this.#attempts.filter((each) => mustBeKnown(each.jobId) && holders.get(keyOf(each)) !== each.stamp),
      [],
      'attempts are not with the pilot that got them',
    );
    assert.equal(
      new Set(this.#attempts.map(keyOf)).size,
      this.#attempts.length,
      'an attempt was given to two pilots',
    );

    const log = await select<TakenReport>(
      'select job_id as "jobId", attempt, status from job_log where status is not null',
    );
    const logged = new Set(log.map((each) => `${keyOf(each)} ${each.status}`));
    assert.deepEqual(
      this.#reports.filter((each) => mustBeKnown(each.jobId) && !logged.has(`${keyOf(each)} ${each.status}`)),
      [],
      'reports were taken and are forgotten',
    );
  }
}
