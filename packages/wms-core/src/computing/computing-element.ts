/**
 * What every plug-in for a computing element (a door of a site, where pilots are submitted) offers, and the
 * rules all of them keep (computing-elements.md §2). Asked by the pilot director; `computing-element.contract.ts`
 * is the suite each must pass.
 *
 * - The stamp is known before submission, so a lost answer never loses a pilot.
 * - The stamp alone is a reference too: a server may die between `submit` and writing the reference down.
 * - `status` answers for every reference asked. What the CE did not mention is `Unknown`, not gone.
 * - Killing what has ended or never was is a success.
 * - A transport failure throws `service.unavailable`; it says nothing about any pilot.
 */
import type { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { PilotConfiguration } from '../pilots/pilot-configuration.ts';

export type PilotLaunch = Omit<PilotConfiguration, 'workDirectory' | 'hiddenDirectories'>;

export const pilotStatesAtElement = ['Waiting', 'Running', 'Done', 'Failed', 'Aborted', 'Unknown'] as const;

export interface PilotStateAtElement {
  readonly status: (typeof pilotStatesAtElement)[number];
  /** One sentence: exit code, batch-system reason, … */
  readonly reason: string;
  /** It waits for what never comes, such as more time than its batch queue gives. */
  readonly isHopeless?: boolean;
}

export type SubmitVerdict =
  | { readonly stamp: string; readonly ok: true; readonly reference: string }
  | { readonly stamp: string; readonly ok: false; readonly reason: string };

export interface ComputingElement {
  /** One verdict a pilot, in the order given. Never submits the same stamp twice. */
  submit(pilots: readonly PilotLaunch[]): Promise<readonly SubmitVerdict[]>;
  status(references: readonly string[]): Promise<ReadonlyMap<string, PilotStateAtElement>>;
  /**
   * Resolves when the pilots and all they started are gone, or after the CE took the order. `atOnce`: without
   * time for a good-bye, for pilots that have nothing to lose.
   */
  kill(references: readonly string[], atOnce?: boolean): Promise<void>;
  /** Each at most `maxBytes` of the end; empty texts when there is nothing (any more). */
  output(reference: string, maxBytes: number): Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** `slots`: pilots it would still take, where it can tell. */
  ceStatus(): Promise<{ readonly waiting: number; readonly running: number; readonly slots?: number }>;
  /** Removes what is left of ended pilots beyond the retention of the CE; may be called at any time. */
  clean(): Promise<void>;
  /** True for elements on the machine of the server: their idle pilots end when it stops. */
  readonly endsWithServer?: boolean;
  /** Called at once when a pilot ends, by elements that know; the others are polled. */
  onEnd?(listener: (reference: string) => void): void;
}

/** An account and a group of pilots whose proxy is in the store. */
export interface StoredProxyName {
  readonly user: string;
  readonly group: string;
}

export interface ComputingElementContext {
  readonly site: string;
  readonly name: string;
  /** Folder of this computing element alone, made on first use. */
  readonly folder: string;
  /** The pilot: one file that Node.js runs. */
  readonly pilotFile: string;
  /** The pilot with a Node.js of its own: one file that a shell runs. Made when first asked for. */
  readonly singlePilotFile?: (() => Promise<string>) | undefined;
  /**
   * A full proxy made of a stored one, good for hours: certificate, key and chain as PEM. Throws what is wrong with the
   * account, the group or the stored one.
   */
  readonly storedProxy?: ((whose: StoredProxyName) => Promise<string>) | undefined;
  /** Folders of this server that payloads on the same machine must not see, such as the data folder. */
  readonly hiddenFolders: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** A row of `types/index.ts`. */
export interface ComputingElementType<P extends z.ZodType = z.ZodType> {
  /** As written in the configuration. */
  readonly name: string;
  /** Word of the pilot monitor's column GridType. */
  readonly gridType: string;
  readonly parameters: P;
  open(context: ComputingElementContext, parameters: z.output<P>): ComputingElement;
}
