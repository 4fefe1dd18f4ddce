/**
 * The context menu of a job as data: the tree users know from the classic portal (portal.md §2.2), each item
 * with its state and the reason when it cannot be used. The grid's menu, the row button and the drawer show it.
 */
import type { JobAction } from '@wm/wms-core/vocabulary';
import {
  actionAvailability,
  isAdministrator,
  outputAvailability,
  peekAvailability,
  pilotAvailability,
  type Availability,
  type Viewer,
} from './job-actions.ts';
import {
  branchEntry,
  itemEntry,
  menuRule,
  type ItemOptions,
  type MenuEntry,
} from '../../widgets/grid-application/menu-entry.ts';
import type { PilotPart } from '../../widgets/pilot-output-dialog.tsx';
import type { JobRow } from './job-row.ts';
import { isWaiting } from './wait-words.ts';

export type DetailsTab =
  'overview' | 'jdl' | 'attributes' | 'parameters' | 'logging' | 'stdout' | 'sandbox' | 'why' | 'decision';

export type JobMenuEntry = MenuEntry<JobCommand>;

export type JobCommand =
  | { readonly kind: 'details'; readonly tab: DetailsTab }
  | { readonly kind: 'act'; readonly action: JobAction }
  | { readonly kind: 'pilotOutput'; readonly part: PilotPart }
  | { readonly kind: 'showPilot' }
  | { readonly kind: 'sandbox'; readonly side: 'input' | 'output' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'copyId' }
  | { readonly kind: 'copyLink' }
  | { readonly kind: 'sameAs'; readonly attribute: string; readonly value: string };

const yes: Availability = { allowed: true };

const item = (
  label: string,
  command: JobCommand,
  availability: Availability = yes,
  more: Omit<ItemOptions, 'disabledReason'> = {},
): JobMenuEntry =>
  itemEntry(label, command, {
    disabledReason: availability.allowed ? undefined : availability.reason,
    ...more,
  });

function sameAs(label: string, attribute: string, value: string): JobMenuEntry {
  const known: Availability = value === '' ? { allowed: false, reason: 'not known' } : yes;
  return item(value === '' ? label : `${label} ${value}`, { kind: 'sameAs', attribute, value }, known);
}

export function jobMenu(job: JobRow, viewer: Viewer): readonly JobMenuEntry[] {
  const details = (label: string, tab: DetailsTab): JobMenuEntry => item(label, { kind: 'details', tab });
  const act = (label: string, action: JobAction, more = {}): JobMenuEntry =>
    item(label, { kind: 'act', action }, actionAvailability(action, job, viewer), more);
  const started = pilotAvailability(job.status);
  return [
    details('JDL', 'jdl'),
    menuRule,
    details('Attributes', 'attributes'),
    details('Parameters', 'parameters'),
    details('Logging info', 'logging'),
    menuRule,
    item('Peek StandardOutput', { kind: 'details', tab: 'stdout' }, peekAvailability(job.status)),
    menuRule,
    branchEntry('Actions', [
      act('Kill', 'kill'),
      act('Reschedule', 'reschedule'),
      act('Delete', 'delete', { keys: 'Del', isDanger: true }),
      ...(isAdministrator(viewer)
        ? [menuRule, act('Reset', 'reset'), act('Remove…', 'remove', { isDanger: true })]
        : []),
    ]),
    branchEntry('Pilot', [
      item('Get StdOut', { kind: 'pilotOutput', part: 'stdout' }, started),
      item('Get StdErr', { kind: 'pilotOutput', part: 'stderr' }, started),
      item('Get log', { kind: 'pilotOutput', part: 'log' }, started),
      item('Show pilot', { kind: 'showPilot' }, started),
    ]),
    branchEntry('Sandbox', [
      item('Get Input file(s)', { kind: 'sandbox', side: 'input' }),
      item('Get Output file(s)', { kind: 'sandbox', side: 'output' }, outputAvailability(job.status)),
    ]),
    menuRule,
    details(isWaiting(job.status) ? 'Why is it waiting?' : 'Why did it wait?', 'why'),
    details('Match decision', 'decision'),
    item('Duplicate & edit…', { kind: 'duplicate' }),
    item('Copy ID', { kind: 'copyId' }, yes, { keys: 'C' }),
    item('Copy link', { kind: 'copyLink' }),
    branchEntry('Show jobs of the same', [
      sameAs('Site', 'Site', job.site),
      sameAs('Job group', 'JobGroup', job.jobGroup),
      sameAs('Owner', 'Owner', job.owner),
    ]),
  ];
}
