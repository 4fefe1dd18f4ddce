/** Menu data with commands → the kit's menu, where every item carries what it runs. */
import type { MenuEntry as KitEntry } from '@wm/ui-kit';
import type { MenuEntry } from './menu-entry.ts';

export function menuOf<Command>(
  entries: readonly MenuEntry<Command>[],
  run: (command: Command) => void,
): readonly KitEntry[] {
  return entries.map((entry): KitEntry => {
    if (entry.kind === 'rule') return entry;
    if (entry.kind === 'branch')
      return { kind: 'branch', label: entry.label, entries: menuOf(entry.entries, run) };
    const { label, command, disabledReason, keys, isDanger } = entry;
    return {
      kind: 'item',
      label,
      onSelect: () => run(command),
      ...(disabledReason === undefined ? {} : { disabledReason }),
      ...(keys === undefined ? {} : { keys }),
      ...(isDanger === undefined ? {} : { isDanger }),
    };
  });
}
