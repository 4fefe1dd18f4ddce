/**
 * Menus as data: one list of entries serves a button's menu, a context menu, and a menu opened by a key at
 * the focused row. Items that cannot be used stay in place, can be reached, and say why.
 */
import { DropdownMenu } from 'radix-ui';
import { useRef, useState, type ComponentProps, type KeyboardEvent, type ReactNode } from 'react';
import { Button, IconButton, type ButtonLook } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly label: string;
      readonly onSelect: () => void;
      readonly icon?: IconName;
      /** Keys that do the same, shown at the right: "Del". */
      readonly keys?: string;
      /** Greyed, with these words: "has run". */
      readonly disabledReason?: string;
      readonly isDanger?: boolean;
      /** A tick before the label; the item is then a switch. */
      readonly isChecked?: boolean;
      readonly staysOpen?: boolean;
      /** Muted words after the label. */
      readonly note?: string;
    }
  | {
      readonly kind: 'branch';
      readonly label: string;
      readonly icon?: IconName;
      readonly entries: readonly MenuEntry[];
      readonly disabledReason?: string;
    }
  | { readonly kind: 'label'; readonly label: string }
  /** Plain words to read. */
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'rule' };

type Item = Extract<MenuEntry, { kind: 'item' }>;

const itemContent = (item: Item): ReactNode => (
  <>
    {item.isChecked !== undefined ? (
      <span className="tick">{item.isChecked && <Icon name="check" small />}</span>
    ) : (
      item.icon && <Icon name={item.icon} />
    )}
    <span className="cut">{item.label}</span>
    {item.note !== undefined && <small>{item.note}</small>}
    {item.disabledReason !== undefined && <small>{item.disabledReason}</small>}
    {item.keys !== undefined && item.disabledReason === undefined && <kbd className="key">{item.keys}</kbd>}
  </>
);

function MenuItem({ item }: { readonly item: Item }): ReactNode {
  const isOff = item.disabledReason !== undefined;
  const shared = {
    className: `ctx-item${isOff ? ' off' : ''}${item.isDanger && !isOff ? ' danger' : ''}`,
    'aria-disabled': isOff || undefined,
    textValue: item.label,
    onSelect: (event: Event) => {
      if (isOff || item.staysOpen) event.preventDefault();
      if (!isOff) item.onSelect();
    },
  };
  if (item.isChecked !== undefined)
    return (
      <DropdownMenu.CheckboxItem {...shared} checked={item.isChecked}>
        {itemContent(item)}
      </DropdownMenu.CheckboxItem>
    );
  return <DropdownMenu.Item {...shared}>{itemContent(item)}</DropdownMenu.Item>;
}

function MenuBranch({ branch }: { readonly branch: Extract<MenuEntry, { kind: 'branch' }> }): ReactNode {
  if (branch.disabledReason !== undefined)
    return (
      <MenuItem
        item={{
          kind: 'item',
          label: branch.label,
          disabledReason: branch.disabledReason,
          onSelect: () => {},
        }}
      />
    );
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className="ctx-item">
        {branch.icon && <Icon name={branch.icon} />}
        <span className="cut">{branch.label}</span>
        <Icon name="chevron-right" className="end" small />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent className="ctx" sideOffset={2} collisionPadding={8}>
          <MenuEntries entries={branch.entries} />
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}

function MenuEntries({ entries }: { readonly entries: readonly MenuEntry[] }): ReactNode {
  return entries.map((entry, index) => {
    const key = entry.kind === 'rule' ? `rule-${index}` : `${entry.kind}-${entry.label}-${index}`;
    if (entry.kind === 'rule') return <DropdownMenu.Separator key={key} className="ctx-rule" />;
    if (entry.kind === 'label' || entry.kind === 'text')
      return (
        <DropdownMenu.Label key={key} className={`ctx-${entry.kind}`}>
          {entry.label}
        </DropdownMenu.Label>
      );
    if (entry.kind === 'branch') return <MenuBranch key={key} branch={entry} />;
    return <MenuItem key={key} item={entry} />;
  });
}

function MenuContent(
  props: ComponentProps<typeof DropdownMenu.Content> & { readonly entries: readonly MenuEntry[] },
): ReactNode {
  const { entries, ...rest } = props;
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content className="ctx" loop sideOffset={4} collisionPadding={8} {...rest}>
        <MenuEntries entries={entries} />
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}

export interface MenuButtonProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly icon?: IconName;
  readonly iconOnly?: boolean;
  readonly look?: ButtonLook;
  readonly align?: 'start' | 'end';
  /** Another button in place of the usual one. */
  readonly trigger?: ReactNode;
  readonly onOpenChange?: (isOpen: boolean) => void;
}

/** A button with a menu below it. */
export function MenuButton(props: MenuButtonProps): ReactNode {
  const { label, icon, iconOnly = false, look = 'secondary' } = props;
  const usual = iconOnly ? (
    <IconButton icon={icon ?? 'more'} label={label} look={look === 'quiet' ? 'quiet' : 'secondary'} />
  ) : (
    <Button look={look} {...(icon ? { icon } : {})}>
      {label}
      <Icon name="chevron-down" small />
    </Button>
  );
  return (
    <DropdownMenu.Root modal={false} {...(props.onOpenChange ? { onOpenChange: props.onOpenChange } : {})}>
      <DropdownMenu.Trigger asChild>{props.trigger ?? usual}</DropdownMenu.Trigger>
      <MenuContent align={props.align ?? 'start'} entries={props.entries} aria-label={label} />
    </DropdownMenu.Root>
  );
}

export interface MenuPoint {
  /** Pixels of the viewport. */
  readonly x: number;
  readonly y: number;
}

export interface PointMenuProps {
  /** Where to open; null = closed. */
  readonly at: MenuPoint | null;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
  readonly label: string;
}

/** A menu opened by the program: at the pointer, or beside the row that has the focus. */
export function PointMenu({ at, entries, onClose, label }: PointMenuProps): ReactNode {
  const before = useRef<Element | null>(null);
  if (at === null) return null;
  return (
    <DropdownMenu.Root
      key={`${at.x} ${at.y}`}
      open
      modal={false}
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <DropdownMenu.Trigger asChild>
        <span
          className="menu-point"
          role="button"
          tabIndex={-1}
          aria-label={label}
          style={{ left: at.x, top: at.y }}
          ref={(element) => {
            if (element && before.current === null) before.current = document.activeElement;
          }}
        />
      </DropdownMenu.Trigger>
      <MenuContent
        align="start"
        sideOffset={0}
        aria-label={label}
        entries={entries}
        onContextMenu={(event) => event.preventDefault()}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          if (before.current instanceof HTMLElement) before.current.focus();
          before.current = null;
        }}
      />
    </DropdownMenu.Root>
  );
}

/** Where a menu for this element belongs when it is asked for by key. */
export function pointOf(element: Element): MenuPoint {
  const box = element.getBoundingClientRect();
  return { x: box.left + Math.min(24, box.width / 2), y: box.bottom };
}

export interface ContextMenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly children: ReactNode;
  readonly className?: string;
}

/** Right click, Shift+F10 and the Menu key on what is inside open the same menu. */
export function ContextMenu({ label, entries, children, className }: ContextMenuProps): ReactNode {
  const [at, setAt] = useState<MenuPoint | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const isAsked = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
    if (!isAsked || !(event.target instanceof Element)) return;
    event.preventDefault();
    setAt(pointOf(event.target));
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- listens for what its children leave
    <div
      className={className}
      onContextMenu={(event) => {
        event.preventDefault();
        setAt({ x: event.clientX, y: event.clientY });
      }}
      onKeyDown={onKeyDown}
    >
      {children}
      <PointMenu at={at} entries={entries} onClose={() => setAt(null)} label={label} />
    </div>
  );
}
