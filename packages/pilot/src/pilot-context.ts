/**
 * What the commands of a pilot share: its configuration, the way to the server, its log, and what earlier
 * commands found out. Made once by `pilot.ts`.
 */
import type { CallInput } from '@wm/api-contract/client';
import type { PilotConfiguration } from './configuration.ts';
import type { NodeGpus } from './gpu-facts.ts';
import type { GpuShares } from './gpu-shares.ts';
import type { ContainerEngine } from './job-wrapper/containers/container-engine.ts';
import type { IsolationLevel } from './job-wrapper/isolation.ts';
import type { KeySupply } from './job-wrapper/payload-proxy.ts';
import type { PilotLog } from './pilot-log.ts';
import type { PilotServer } from './server.ts';

type Registration = CallInput<'POST /pilot/v1/register'>['body'];
export type Check = Registration['checks'][number];
/** An offer without the names that the server knows from the pilot's token. */
export type NodeOffer = Registration['offer'];

export interface Instructions {
  readonly heartbeatS: number;
  readonly idleStopS: number;
  /** Of the pilot's VO. */
  readonly checks: readonly { readonly name: string; readonly command: string; readonly timeoutS: number }[];
  readonly limits: { readonly maxOutputSandboxBytes: number; readonly peekLines: number };
}

/** Filled in by the commands, in their order. */
export interface Findings {
  readonly checks: Check[];
  /** The whole slot, before any job took its share. */
  slot?: NodeOffer;
  isolation?: IsolationLevel;
  /** Tools for container images that work here. */
  containers?: readonly ContainerEngine[];
  gpus?: GpuShares;
  /** What the batch system says, UTC epoch milliseconds. */
  slotEndsAtMs?: number;
  instructions?: Instructions;
  outcome: { status: 'Done' | 'Failed'; reason: string };
}

export interface PilotContext {
  readonly version: string;
  readonly configuration: PilotConfiguration;
  readonly server: PilotServer;
  readonly log: PilotLog;
  readonly startedAtMs: number;
  /** Aborted when the batch system wants the slot back: payloads are ended and given to other pilots. */
  readonly evicted: AbortSignal;
  /** How long the pilot tries to save output, and then to say good-bye; the batch system may not leave it more. */
  readonly farewellMs: number;
  /** Tried from the strongest on. */
  readonly isolationLevels: readonly IsolationLevel[];
  readonly containerEngines: readonly ContainerEngine[];
  readonly gpusOfNode: () => Promise<NodeGpus>;
  readonly slotEndsAtMs: () => Promise<number | undefined>;
  /** Keys of the proxies of payloads, made while there is nothing else to do. */
  readonly keys: KeySupply;
  readonly findings: Findings;
}

/** A step of the pilot; throwing ends it as Failed with the message as reason. */
export interface PilotCommand {
  readonly name: string;
  /** Also runs when an earlier command failed. */
  readonly always?: boolean;
  run(pilot: PilotContext): Promise<void>;
}

/** Wall-clock seconds until the batch slot ends: as it was asked for, or sooner when the batch system says so. */
export const wallTimeLeftS = ({ configuration, startedAtMs, findings }: PilotContext): number =>
  Math.min(
    configuration.maxWallTimeS - (Date.now() - startedAtMs) / 1000,
    ((findings.slotEndsAtMs ?? Infinity) - Date.now()) / 1000,
  );

/** For commands that depend on an earlier one; a missing finding is a fault in the order of the list. */
export function found<T>(value: T | undefined, command: string): T {
  if (value === undefined) throw new Error(`The command ${command} must run before.`);
  return value;
}
