/**
 * Warns a payload in good time before its end, so that it can save what it has (wms.md §3.2, StopSig…): a signal,
 * then some time to end by itself. Ending it after that is left to the caller.
 */
import { createContext, Script } from 'node:vm';
import type { StopSignal } from './job-description.ts';
import type { Violation } from './watchdog.ts';

export interface WarningDoors {
  send(signal: number, matches: (commandLine: string) => boolean): void;
  /** The payload went on for longer than it was given. */
  overdue(violation: Violation): void;
}

const longestMatchMs = 50;
const longestCommandLine = 4096;
/** Beyond this setTimeout fires at once. */
const longestTimerMs = 2_147_483_647;

/** The pattern comes from a user and runs in the pilot, beside jobs of others: it gets a moment, not more. */
export function commandLineMatcher(pattern: string): (commandLine: string) => boolean {
  if (pattern === '') return () => true;
  const script = new Script('new RegExp(pattern).test(text)');
  return (commandLine) => {
    const context = createContext({ pattern, text: commandLine.slice(0, longestCommandLine) });
    try {
      return script.runInContext(context, { timeout: longestMatchMs }) === true;
    } catch {
      return false;
    }
  };
}

/** When to warn: so long before the end, but never in the first half of a short slot. */
export const warnAfterS = (stop: StopSignal, endsInS: number): number =>
  Math.max(endsInS - stop.beforeEndS, endsInS / 2);

/** `endsInS`: seconds until the payload would be ended. */
export function startStopSignal(
  stop: StopSignal | undefined,
  endsInS: number,
  doors: WarningDoors,
): { stop(): void } {
  if (stop === undefined) return { stop: () => {} };
  const { signal, pattern, finishWithinS } = stop;
  const later = (seconds: number, act: () => void): NodeJS.Timeout =>
    setTimeout(act, Math.min(seconds * 1000, longestTimerMs));
  let timer = later(warnAfterS(stop, endsInS), () => {
    doors.send(signal, commandLineMatcher(pattern));
    timer = later(finishWithinS, () =>
      doors.overdue({
        minorStatus: 'Job has reached the CPU limit of the queue',
        message: `Not ended ${finishWithinS} s after the stop signal ${signal}`,
      }),
    );
  });
  return { stop: () => clearTimeout(timer) };
}
