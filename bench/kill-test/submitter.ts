/**
 * A user who keeps submitting while the server comes and goes: every submission carries a key and is repeated
 * with it until it is answered, so each must be there exactly once.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isWmsError } from '@wm/wms-core/vocabulary';
import type { HttpUser } from '@wm/e2e/world/http-user';

export interface Submitter {
  /** Job name by id, as acknowledged. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** Lets the submission under way be answered; the server must be there. */
  stop(): Promise<void>;
}

const largestBatch = 12;
/** More than this waiting would only make the end take longer. */
const mostUnfinished = 400;

const jdl = (name: string): string =>
  `[ JobName = "${name}"; Executable = "/bin/true"; OutputSandbox = {"std.out"}; ]`;

export function startSubmitter(user: HttpUser, ended: () => number, pauseMs: number): Submitter {
  const acknowledged = new Map<number, string>();
  let isStopping = false;

  async function submitOnce(names: readonly string[]): Promise<void> {
    const key = randomUUID();
    for (;;) {
      try {
        const jobs = await user.client.call(
          'POST /api/jobs/jdl',
          { body: names.map(jdl) },
          { headers: { 'idempotency-key': key }, signal: AbortSignal.timeout(5000) },
        );
        for (const [index, { JobID }] of jobs.entries()) acknowledged.set(JobID, names[index] ?? '');
        return;
      } catch (error) {
        const isAway = !isWmsError(error) || error.code === 'service.unavailable';
        if (!isAway) throw error;
        await delay(50);
      }
    }
  }
  async function run(): Promise<void> {
    for (let round = 0; !isStopping; round += 1) {
      const size = 1 + Math.floor(Math.random() * largestBatch);
      await submitOnce(
        Array.from({ length: size }, (_, index) => `kill-test-${randomUUID()}-${round}-${index}`),
      );
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
