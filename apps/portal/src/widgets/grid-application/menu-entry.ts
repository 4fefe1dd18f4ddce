/** A context menu as data: pure files say what is in it and why something is off, the grid draws it. */
export type MenuEntry<Command> =
  | { readonly kind: 'rule' }
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly command: Command;
      /** Why it cannot be used now; undefined = it can. */
      readonly disabledReason?: string | undefined;
      readonly keys?: string | undefined;
      readonly isDanger?: boolean | undefined;
    }
  | { readonly kind: 'branch'; readonly label: string; readonly entries: readonly MenuEntry<Command>[] };

export const menuRule = { kind: 'rule' } as const;

export interface ItemOptions {
  readonly disabledReason?: string | undefined;
  readonly keys?: string | undefined;
  readonly isDanger?: boolean | undefined;
}

export const itemEntry = <Command>(
  label: string,
  command: Command,
  options: ItemOptions = {},
): MenuEntry<Command> => ({ kind: 'item', label, command, ...options });

export const branchEntry = <Command>(
  label: string,
  entries: readonly MenuEntry<Command>[],
): MenuEntry<Command> => ({ kind: 'branch', label, entries });
