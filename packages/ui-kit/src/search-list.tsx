/** A list with a search field above: for choosing from many, and as the command palette. */
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export interface SearchListItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  /** Found by these words too. */
  readonly keywords?: readonly string[];
  /** Muted words at the right. */
  readonly note?: string;
  readonly keys?: string;
  readonly isChosen?: boolean;
  /** Shown greyed with these words. */
  readonly disabledReason?: string;
  readonly onSelect: () => void;
}

export interface SearchListProps {
  readonly label: string;
  readonly placeholder: string;
  readonly groups: readonly { readonly title: string; readonly items: readonly SearchListItem[] }[];
  readonly emptyText?: string;
}

export function SearchList({
  label,
  placeholder,
  groups,
  emptyText = 'Nothing found',
}: SearchListProps): ReactNode {
  return (
    <Command className="search-list" label={label} loop>
      <span className="search-list-head">
        <Icon name="search" />
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the list opens for typing */}
        <Command.Input placeholder={placeholder} autoFocus />
      </span>
      <Command.List label={label}>
        <Command.Empty className="search-list-empty">{emptyText}</Command.Empty>
        {groups
          .filter((group) => group.items.length > 0)
          .map((group) => (
            <Command.Group key={group.title} heading={group.title}>
              {group.items.map((item) => (
                <Command.Item
                  key={item.id}
                  value={`${item.label} ${item.id}`}
                  keywords={[group.title, ...(item.keywords ?? [])]}
                  disabled={item.disabledReason !== undefined}
                  onSelect={item.onSelect}
                >
                  {item.icon && <Icon name={item.icon} />}
                  <span className="cut">{item.label}</span>
                  {(item.disabledReason ?? item.note) !== undefined && (
                    <small>{item.disabledReason ?? item.note}</small>
                  )}
                  {item.keys !== undefined && <kbd className="key">{item.keys}</kbd>}
                  {item.isChosen && <Icon name="check" className="end" />}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
      </Command.List>
    </Command>
  );
}

export interface CommandPaletteProps extends SearchListProps {
  readonly onClose: () => void;
}

/** The list in the middle of the page; open while rendered. */
export function CommandPalette({ onClose, ...list }: CommandPaletteProps): ReactNode {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog command-palette" aria-describedby={undefined}>
          <Dialog.Title className="vh">{list.label}</Dialog.Title>
          <SearchList {...list} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
