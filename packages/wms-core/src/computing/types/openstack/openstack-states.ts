/** What Nova's words for the state of a machine mean for a pilot (computing-elements.md §9). Pure. */
import type { PilotStateAtElement } from '../../computing-element.ts';
import { pilotEnd } from '../../hosts/pilot-area.ts';
import type { Machine } from './openstack-answers.ts';

type Status = PilotStateAtElement['status'];

/** `end`: it is over, and the console tells how. */
export const machineStatuses: Readonly<Record<string, Status | 'end'>> = {
  BUILD: 'Waiting',
  REBUILD: 'Waiting',
  ACTIVE: 'Running',
  HARD_REBOOT: 'Running',
  MIGRATING: 'Running',
  PASSWORD: 'Running',
  PAUSED: 'Running',
  REBOOT: 'Running',
  RESCUE: 'Running',
  RESIZE: 'Running',
  REVERT_RESIZE: 'Running',
  SUSPENDED: 'Running',
  VERIFY_RESIZE: 'Running',
  SHUTOFF: 'end',
  STOPPED: 'end',
  SHELVED: 'end',
  SHELVED_OFFLOADED: 'end',
  ERROR: 'Failed',
  DELETED: 'Aborted',
  SOFT_DELETED: 'Aborted',
  UNKNOWN: 'Unknown',
};

/** A machine that has ended costs quota until it is deleted. */
export const hasEnded = ({ status }: Machine): boolean =>
  ['end', 'Failed'].includes(machineStatuses[status] ?? 'Unknown');

/** `console`: what it told of the end; `text` whether it said anything at all. */
export const machineVerdict = (
  machine: Machine,
  console: { readonly exitCode: string | undefined; readonly hasText: boolean },
): PilotStateAtElement => {
  const meaning = machineStatuses[machine.status] ?? 'Unknown';
  const task = machine.task === '' ? '' : `, ${machine.task}`;
  const fault = machine.fault === '' ? '' : `: ${machine.fault}`;
  const words = `OpenStack: ${machine.status}${task}${fault}`;
  if (meaning !== 'end') return { status: meaning, reason: `${words.replace(/\.$/, '')}.` };
  const { exitCode, hasText } = console;
  if (exitCode !== undefined)
    return { status: exitCode === '0' ? 'Done' : 'Failed', reason: `${words}. ${pilotEnd(exitCode)}` };
  return hasText
    ? { status: 'Aborted', reason: `${words}. The machine ended before the pilot did.` }
    : { status: 'Done', reason: `${words}. There is no console to tell how the pilot ended.` };
};

/** An order that arrived without its answer shows in the list long before. */
const lostReplyS = 600;

export interface KnownHere {
  readonly id: string | undefined;
  readonly wasKilledByUs: boolean;
  readonly ageS: number;
}

/** Nova does not list it. `known`: undefined when there is no record of it. */
export const absentVerdict = (known: KnownHere | undefined): PilotStateAtElement => {
  if (known === undefined)
    return { status: 'Aborted', reason: 'There is no such pilot on this computing element.' };
  if (known.wasKilledByUs) return { status: 'Aborted', reason: 'The machine was deleted, as asked.' };
  if (known.id !== undefined)
    return { status: 'Aborted', reason: 'The machine is gone; it was deleted by others.' };
  return known.ageS < lostReplyS
    ? { status: 'Waiting', reason: 'OpenStack gave no answer; the machine is looked for.' }
    : { status: 'Aborted', reason: 'OpenStack gave no answer and has no machine of it.' };
};
