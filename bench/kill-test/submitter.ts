/** A user who keeps submitting while everything comes and goes. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpUser } from '@wm/e2e/world/http-user';
import { bulk, submissionKinds, submit, type SubmissionKind } from '../failing-world/submissions.ts';
import { pick, type Random } from '../seeded-random.ts';

export interface Submitter {
  /** Job name by id, as acknowledged. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** Lets the submission under way be answered; the server must be there. */
  stop(): Promise<void>;
}

const largestBatch = 12;
/** Some submissions are so many times larger and are made to jobs after the answer. */
const bulkShare = 0.04;
const bulkFactor = 50;
/** More than this waiting would only make the end take longer. */
const mostUnfinished = 400;

function nextSubmission(random: Random): { readonly kind: SubmissionKind; readonly size: number } {
  const size = 1 + Math.floor(random() * largestBatch);
  if (random() < bulkShare) return { kind: bulk, size: size * bulkFactor };
  return { kind: pick(random, submissionKinds), size };
}

export function startSubmitter(
  user: HttpUser,
  parts: { readonly ended: () => number; readonly pauseMs: number; readonly random: Random },
): Submitter {
  const { ended, pauseMs, random } = parts;
  const acknowledged = new Map<number, string>();
  let isStopping = false;

  async function run(): Promise<void> {
    while (!isStopping) {
      const { kind, size } = nextSubmission(random);
      const answer = await submit(user, kind, `kill-test-${randomUUID()}`, size);
      for (const [jobId, name] of answer) acknowledged.set(jobId, name);
      do await delay(pauseMs);
      while (!isStopping && acknowledged.size - ended() > mostUnfinished);
    }
  }
  const running = run();
  // Looked at in `stop`; until then a fault must not end the process.
  running.catch(() => undefined);
  return {
    acknowledged,
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}
