/**
 * The ways jobs are submitted while things fail, as a list. Every submission carries a key and is repeated with it
 * until it is answered, so each must be there exactly once; every job has a name of its own.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpUser } from '@wm/e2e/world/http-user';
import { isWmsError } from '@wm/wms-core/vocabulary';

/** Ids with the names the jobs must have. */
export type Acknowledged = readonly (readonly [jobId: number, jobName: string])[];

interface Sending {
  readonly key: string;
  readonly signal: AbortSignal;
}

export interface SubmissionKind {
  readonly kind: string;
  /** Sends `size` jobs whose names begin with `name`, once. */
  send(user: HttpUser, name: string, size: number, sending: Sending): Promise<Acknowledged>;
}

const parts = 'Executable = "/bin/true"; OutputSandbox = {"std.out"};';

const send = async (user: HttpUser, jdls: readonly string[], { key, signal }: Sending) =>
  await user.client.call(
    'POST /api/jobs/jdl',
    { body: [...jdls] },
    { headers: { 'idempotency-key': key }, signal },
  );

const listOfJobs: SubmissionKind = {
  kind: 'list',
  async send(user, name, size, sending) {
    const names = Array.from({ length: size }, (_, index) => `${name}-${index}`);
    const jobs = await send(
      user,
      names.map((each) => `[ JobName = "${each}"; ${parts} ]`),
      sending,
    );
    return jobs.map(({ JobID }, index) => [JobID, names[index] ?? '']);
  },
};

const sweepJdl = (name: string, size: number): string =>
  `[ JobName = "${name}-%s"; ${parts} Parameters = ${size}; ParameterStart = 0; ParameterStep = 1; ]`;

const sweep: SubmissionKind = {
  kind: 'sweep',
  async send(user, name, size, sending) {
    const jobs = await send(user, [sweepJdl(name, size)], sending);
    return jobs.map(({ JobID }, index) => [JobID, `${name}-${index}`]);
  },
};

/** What a user sends by hand. */
export const submissionKinds: readonly [SubmissionKind, ...SubmissionKind[]] = [listOfJobs, sweep];

/** A sweep whose jobs are made after the answer. */
export const bulk: SubmissionKind = {
  kind: 'bulk',
  async send(user, name, size, { key, signal }) {
    const { firstJobId, jobCount } = await user.client.call(
      'POST /bff/bulks',
      { body: { jdls: [sweepJdl(name, size)], confirm: false } },
      { headers: { 'idempotency-key': key }, signal },
    );
    return Array.from({ length: jobCount }, (_, index) => [firstJobId + index, `${name}-${index}`]);
  },
};

const answerWithinMs = 15_000;
const pauseMs = 50;

/** Repeats until it is answered. Throws when the server refuses. */
export async function submit(
  user: HttpUser,
  kind: SubmissionKind,
  name: string,
  size: number,
): Promise<Acknowledged> {
  const key = randomUUID();
  for (;;) {
    try {
      return await kind.send(user, name, size, { key, signal: AbortSignal.timeout(answerWithinMs) });
    } catch (error) {
      const isAway = !isWmsError(error) || error.code === 'service.unavailable';
      if (!isAway) throw error;
      await delay(pauseMs);
    }
  }
}
