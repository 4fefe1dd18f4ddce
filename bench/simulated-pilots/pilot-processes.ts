/** Simulated pilots as processes: which of them live, and their sudden or gentle end. Needs /proc. */
import { readFileSync } from 'node:fs';
import type { Ledger } from './ledger.ts';

export interface PilotProcess {
  readonly processId: number;
  /** The shell that the computing element started around it. */
  readonly shellId: number;
  readonly ledgerFolder: string;
}

function commandLine(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Numbers of processes come again, for pilots of other worlds too, so each is looked at. */
function isPilot({ ledgerFolder, processId }: PilotProcess): boolean {
  const words = commandLine(processId).split('\0');
  return words.some((word) => word.endsWith('simulated-pilot.ts')) && words.includes(ledgerFolder);
}

export const livingPilots = (ledger: Ledger): readonly PilotProcess[] =>
  ledger
    .lines()
    .flatMap(({ processId, ...line }) =>
      line.kind === 'pilot' ? [{ processId, shellId: line.shellId, ledgerFolder: ledger.folder }] : [],
    )
    .filter(isPilot);

/** `withShell`: nothing is left to write its exit code, as when the worker node goes. False when it was gone. */
export function killPilot(pilot: PilotProcess, withShell: boolean): boolean {
  if (!isPilot(pilot)) return false;
  if (withShell && commandLine(pilot.shellId).includes('wm-pilot')) send('SIGKILL', pilot.shellId);
  return send('SIGKILL', pilot.processId);
}

/** Ends those that live still; they outlive the server like real ones. */
export function endPilots(ledger: Ledger): void {
  for (const { processId } of livingPilots(ledger)) send('SIGTERM', processId);
}

function send(signal: 'SIGKILL' | 'SIGTERM', processId: number): boolean {
  try {
    return process.kill(processId, signal);
  } catch {
    return false;
  }
}
