/** The context menu of a pilot as data. */
import type { PilotPart } from '../../widgets/pilot-output-dialog.tsx';
import type { Row } from '../../widgets/grid-application/live-rows.ts';
import {
  branchEntry,
  itemEntry,
  menuRule,
  type MenuEntry,
} from '../../widgets/grid-application/menu-entry.ts';

export type PilotCommand =
  | { readonly kind: 'showJobs' }
  | { readonly kind: 'output'; readonly part: PilotPart }
  | { readonly kind: 'copyReference' }
  | { readonly kind: 'sameAs'; readonly attribute: string; readonly value: string };

const textOf = (row: Row, name: string): string => {
  const value = row[name];
  return typeof value === 'string' ? value : '';
};

function sameAs(row: Row, label: string, attribute: string): MenuEntry<PilotCommand> {
  const value = textOf(row, attribute);
  const disabledReason = value === '' ? 'not known' : undefined;
  return itemEntry(
    value === '' ? label : `${label} ${value}`,
    { kind: 'sameAs', attribute, value },
    { disabledReason },
  );
}

export const pilotMenu = (row: Row): readonly MenuEntry<PilotCommand>[] => [
  itemEntry('Show jobs', { kind: 'showJobs' }),
  menuRule,
  itemEntry('Get StdOut', { kind: 'output', part: 'stdout' }),
  itemEntry('Get StdErr', { kind: 'output', part: 'stderr' }),
  itemEntry('Pilot log', { kind: 'output', part: 'log' }),
  menuRule,
  itemEntry('Copy reference', { kind: 'copyReference' }, { keys: 'C' }),
  branchEntry('Show pilots of the same', [
    sameAs(row, 'Site', 'GridSite'),
    sameAs(row, 'Computing Element', 'DestinationSite'),
  ]),
];
