/** What the steps of one attempt share. */
import type { JobReport, MatchedJob } from '@wm/wms-core/vocabulary';
import type { PilotContext } from '../pilot-context.ts';
import type { PayloadProxy } from './payload-proxy.ts';
import type { Reporter } from './report.ts';
import type { RunningPayload } from './run-payload.ts';
import type { Watchdog } from './watchdog.ts';

export interface JobDoors {
  report(report: JobReport): void;
  /** Sends the last output of the payload while it can still be attributed to the running attempt. */
  lastBeat(): Promise<void>;
}

export interface Attempt {
  readonly job: MatchedJob;
  readonly pilot: PilotContext;
  readonly doors: JobDoors;
  readonly reporter: Reporter;
  /** Aborted with a `JobStop` as reason when the attempt has to end early. */
  readonly ending: AbortController;
  /** Which GPUs the payload sees. */
  readonly gpuVariables: Readonly<Record<string, string>>;
  /** Set before the payload starts. */
  proxy?: PayloadProxy;
  /** Keys of proxies that were renewed meanwhile; copies of them must not leave the node either. */
  readonly formerKeys: string[];
  /** Set while the payload and its tails exist. */
  payload?: RunningPayload;
  watchdog?: Watchdog;
  /** PFN of what an evicted payload had written. */
  savedOutput?: string | undefined;
}
