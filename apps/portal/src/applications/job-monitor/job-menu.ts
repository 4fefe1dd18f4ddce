/**
 * The context menu of a job as data: the tree users know from the classic portal (portal.md §2.2), each item
 * with its state and the reason when it cannot be used. The grid's menu, the row button and the drawer show it.
 */
import type { JobAction } from '@wm/wms-core/vocabulary';
import {
  actionAvailability,
  outputAvailability,
  peekAvailability,
  pilotAvailability,
  type Availability,
  type Viewer,
} from './job-actions.ts';
import type { JobRow } from './job-row.ts';

export type DetailsTab = 'overview' | 'jdl' | 'attributes' | 'parameters' | 'logging' | 'stdout' | 'sandbox';

export type JobCommand =
  | { readonly kind: 'details'; readonly tab: DetailsTab }
  | { readonly kind: 'act'; readonly action: JobAction }
  | { readonly kind: 'pilotOutput'; readonly part: 'stdout' | 'stderr' }
  | { readonly kind: 'showPilot' }
  | { readonly kind: 'sandbox'; readonly side: 'input' | 'output' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'copyId' }
  | { readonly kind: 'copyLink' }
  | { readonly kind: 'sameAs'; readonly attribute: string; readonly value: string };

export type MenuEntry =
  | { readonly kind: 'rule' }
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly command: JobCommand;
      /** Why it cannot be used now; undefined = it can. */
      readonly disabledReason?: string;
      readonly keys?: string;
      readonly isDanger?: boolean;
    }
  | { readonly kind: 'branch'; readonly label: string; readonly entries: readonly MenuEntry[] };

const rule: MenuEntry = { kind: 'rule' };
const yes: Availability = { allowed: true };

const item = (
  label: string,
  command: JobCommand,
  availability: Availability = yes,
  more: { readonly keys?: string; readonly isDanger?: boolean } = {},
): MenuEntry => ({
  kind: 'item',
  label,
  command,
  ...(availability.allowed ? {} : { disabledReason: availability.reason }),
  ...more,
});

const branch = (label: string, entries: readonly MenuEntry[]): MenuEntry => ({
  kind: 'branch',
  label,
  entries,
});

function sameAs(label: string, attribute: string, value: string): MenuEntry {
  const known: Availability = value === '' ? { allowed: false, reason: 'not known' } : yes;
  return item(value === '' ? label : `${label} ${value}`, { kind: 'sameAs', attribute, value }, known);
}

export function jobMenu(job: JobRow, viewer: Viewer): readonly MenuEntry[] {
  const details = (label: string, tab: DetailsTab): MenuEntry => item(label, { kind: 'details', tab });
  const act = (label: string, action: JobAction, more = {}): MenuEntry =>
    item(label, { kind: 'act', action }, actionAvailability(action, job, viewer), more);
  const started = pilotAvailability(job.status);
  return [
    details('JDL', 'jdl'),
    rule,
    details('Attributes', 'attributes'),
    details('Parameters', 'parameters'),
    details('Logging info', 'logging'),
    rule,
    item('Peek StandardOutput', { kind: 'details', tab: 'stdout' }, peekAvailability(job.status)),
    rule,
    branch('Actions', [
      act('Kill', 'kill'),
      act('Reschedule', 'reschedule'),
      act('Delete', 'delete', { keys: 'Del', isDanger: true }),
    ]),
    branch('Pilot', [
      item('Get StdOut', { kind: 'pilotOutput', part: 'stdout' }, started),
      item('Get StdErr', { kind: 'pilotOutput', part: 'stderr' }, started),
      item('Show pilot', { kind: 'showPilot' }, started),
    ]),
    branch('Sandbox', [
      item('Get Input file(s)', { kind: 'sandbox', side: 'input' }),
      item('Get Output file(s)', { kind: 'sandbox', side: 'output' }, outputAvailability(job.status)),
    ]),
    rule,
    item('Duplicate & edit…', { kind: 'duplicate' }),
    item('Copy ID', { kind: 'copyId' }, yes, { keys: 'C' }),
    item('Copy link', { kind: 'copyLink' }),
    branch('Show jobs of the same', [
      sameAs('Site', 'Site', job.site),
      sameAs('Job group', 'JobGroup', job.jobGroup),
      sameAs('Owner', 'Owner', job.owner),
    ]),
  ];
}
