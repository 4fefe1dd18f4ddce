/** Simulated pilots as processes: which of them live, and their sudden death. Needs /proc. */
import { readFileSync } from 'node:fs';
import type { Ledger } from '../simulated-pilots/ledger.ts';

export interface PilotProcess {
  readonly processId: number;
  /** The shell that the computing element started around it. */
  readonly shellId: number;
}

function commandLine(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Numbers of processes come again, so each is looked at. */
const isPilot = ({ processId }: PilotProcess): boolean =>
  commandLine(processId).includes('simulated-pilot.ts');

export const livingPilots = (ledger: Ledger): readonly PilotProcess[] =>
  ledger
    .lines()
    .flatMap((line) => (line.kind === 'pilot' ? [{ processId: line.processId, shellId: line.shellId }] : []))
    .filter(isPilot);

/** `withShell`: nothing is left to write its exit code, as when the worker node goes. False when it was gone. */
export function killPilot(pilot: PilotProcess, withShell: boolean): boolean {
  if (!isPilot(pilot)) return false;
  if (withShell && commandLine(pilot.shellId).includes('wm-pilot')) kill(pilot.shellId);
  return kill(pilot.processId);
}

function kill(processId: number): boolean {
  try {
    return process.kill(processId, 'SIGKILL');
  } catch {
    return false;
  }
}
