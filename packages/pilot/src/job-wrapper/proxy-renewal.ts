/**
 * A payload that runs longer than its proxy gets a fresh one in the same file, before the old one ends: with a new
 * key, in one rename, so that whoever opens the file finds a whole one. Asked when a payload has started with a proxy.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt } from './attempt.ts';
import { sentenceOf } from './job-stop.ts';
import { requestProxy } from './payload-proxy.ts';

const leastPauseMs = 60_000;

/** How long to wait before asking for another one: three quarters of what is left. */
export const renewalPauseMs = (validUntilMs: number, nowMs: number): number =>
  Math.max(leastPauseMs, ((validUntilMs - nowMs) * 3) / 4);

/** Asks once. True when the payload has a proxy that lasts longer now. */
export async function renewOnce(attempt: Attempt, file: string): Promise<boolean> {
  const { proxy, job, pilot } = attempt;
  if (proxy?.secret === undefined) return false;
  const next = await requestProxy(attempt);
  if (next.secret === undefined || next.secret.validUntilMs <= proxy.secret.validUntilMs) return false;
  const draft = `${file}.new`;
  await writeFile(draft, next.secret.pem, { mode: 0o600 });
  await rename(draft, file);
  attempt.formerKeys.push(proxy.secret.privateKey);
  attempt.proxy = next;
  pilot.log.write(
    `job ${job.jobId}: proxy renewed until ${new Date(next.secret.validUntilMs).toISOString()}`,
  );
  return true;
}

/** Goes on until it is stopped. A failure is tried again: the payload has what it has meanwhile. */
export function startRenewal(attempt: Attempt, folder: string, name: string): { stop(): void } {
  const { job, pilot } = attempt;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const schedule = (): void => {
    const validUntilMs = attempt.proxy?.secret?.validUntilMs;
    if (isOver || validUntilMs === undefined) return;
    timer = setTimeout(
      () => {
        void renewOnce(attempt, join(folder, name))
          .catch((error: unknown) =>
            pilot.log.write(`job ${job.jobId}: proxy not renewed: ${sentenceOf(error)}`),
          )
          .then(schedule);
      },
      renewalPauseMs(validUntilMs, Date.now()),
    );
    timer.unref();
  };
  schedule();
  return {
    stop() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
