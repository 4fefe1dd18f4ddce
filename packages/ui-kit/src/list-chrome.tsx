/** What stands round a list of rows: selectors at the left, query bar, chips, bulk bar, columns. */
import { useId, type ReactNode, type Ref } from 'react';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { MenuButton, type MenuEntry } from './menu.tsx';

export interface SelectorPanelProps {
  readonly title?: string;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  /** How many selectors are set; shown on the folded rail. */
  readonly setCount?: number;
  readonly children: ReactNode;
  /** Submit, Reset, Refresh. */
  readonly actions?: ReactNode;
  /** The panel is a form: Enter in a field submits. */
  readonly onSubmit?: () => void;
}

export function SelectorPanel(props: SelectorPanelProps): ReactNode {
  const { title = 'Selectors', isOpen, setCount = 0 } = props;
  const id = useId();
  if (!isOpen)
    return (
      <button
        type="button"
        className="rail"
        aria-expanded="false"
        title={`Show ${title}`}
        onClick={() => props.onToggle(true)}
      >
        <Icon name="settings" />
        <span>{setCount > 0 ? `${title} · ${setCount} set` : title}</span>
      </button>
    );
  return (
    <form
      className="selectors"
      aria-labelledby={id}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit?.();
      }}
    >
      <div className="selectors-head">
        <h3 id={id}>{title}</h3>
        <IconButton
          icon="chevron-left"
          label={`Hide ${title}`}
          aria-expanded="true"
          onClick={() => props.onToggle(false)}
        />
      </div>
      <div className="body">{props.children}</div>
      {props.actions !== undefined && <div className="acts">{props.actions}</div>}
    </form>
  );
}

export interface FilterChipProps {
  readonly name: string;
  /** "=", "not", "in the last". */
  readonly operator: string;
  readonly value: string;
  readonly onRemove?: () => void;
  readonly onEdit?: () => void;
}

export function FilterChip({ name, operator, value, onRemove, onEdit }: FilterChipProps): ReactNode {
  const words = (
    <>
      <b>{name}</b> <i>{operator}</i> <span>{value}</span>
    </>
  );
  return (
    <span className="chip" title={`${name} ${operator} ${value}`}>
      {onEdit ? (
        <button type="button" className="chip-words" onClick={onEdit}>
          {words}
        </button>
      ) : (
        <span className="chip-words">{words}</span>
      )}
      {onRemove && (
        <button
          type="button"
          aria-label={`Remove filter ${name} ${operator} ${value}`}
          onClick={() => onRemove()}
        >
          <Icon name="close" small />
        </button>
      )}
    </span>
  );
}

export interface QueryBarProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onSubmit: () => void;
  readonly placeholder: string;
  readonly label: string;
  readonly chips?: ReactNode;
  readonly error?: string | undefined;
  /** Key that jumps here, shown at the right end. */
  readonly shortcut?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Backspace in the empty field. */
  readonly onRemoveLast?: () => void;
  /** Buttons after the field. */
  readonly tools?: ReactNode;
}

export function QueryBar({ inputRef, ...props }: QueryBarProps): ReactNode {
  const id = useId();
  return (
    <div className="bar query" role="search">
      <span className={`input${props.error === undefined ? '' : ' wrong'}`}>
        <Icon name="search" />
        {props.chips}
        <input
          ref={inputRef}
          aria-label={props.label}
          aria-invalid={props.error === undefined ? undefined : true}
          aria-describedby={props.error === undefined ? undefined : id}
          placeholder={props.placeholder}
          spellCheck={false}
          autoComplete="off"
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') props.onSubmit();
            if (event.key === 'Backspace' && props.value === '') props.onRemoveLast?.();
          }}
        />
        {props.error !== undefined && (
          <span className="xs danger-ink cut" id={id} role="alert">
            {props.error}
          </span>
        )}
        {props.shortcut !== undefined && <kbd className="key">{props.shortcut}</kbd>}
      </span>
      {props.tools}
    </div>
  );
}

export interface BulkBarProps {
  readonly count: number;
  /** "3 selected" by default. */
  readonly text?: string;
  /** Link such as "Select all about 12,480". */
  readonly more?: ReactNode;
  readonly onClear: () => void;
  /** The actions. */
  readonly children: ReactNode;
}

export function BulkBar({ count, text, more, onClear, children }: BulkBarProps): ReactNode {
  return (
    <div className="bar bulk" role="toolbar" aria-label="Selected rows">
      <b role="status">{text ?? `${count.toLocaleString('en')} selected`}</b>
      {more}
      <span className="grow" />
      {children}
      <IconButton icon="close" label="Clear the selection" onClick={onClear} />
    </div>
  );
}

export interface ColumnChooserProps {
  readonly columns: readonly {
    readonly id: string;
    readonly title: string;
    readonly shown: boolean;
    /** Cannot be hidden. */
    readonly fixed?: boolean;
  }[];
  readonly onToggle: (id: string) => void;
  readonly onReset?: () => void;
}

export function ColumnChooser({ columns, onToggle, onReset }: ColumnChooserProps): ReactNode {
  const entries: MenuEntry[] = columns.map((column) => ({
    kind: 'item',
    label: column.title,
    isChecked: column.shown,
    staysOpen: true,
    ...(column.fixed ? { disabledReason: 'always shown' } : {}),
    onSelect: () => onToggle(column.id),
  }));
  if (onReset)
    entries.push({ kind: 'rule' }, { kind: 'item', label: 'Back to the usual columns', onSelect: onReset });
  return <MenuButton icon="columns" label="Columns" iconOnly look="quiet" entries={entries} />;
}

export interface ToolbarProps {
  readonly label: string;
  readonly children: ReactNode;
  /** A foot bar has its line above. */
  readonly place?: 'head' | 'foot';
}

export function Toolbar({ label, children, place = 'head' }: ToolbarProps): ReactNode {
  return (
    <div
      className={`bar ${place === 'foot' ? 'foot-bar' : 'line tool-bar'}`}
      role="toolbar"
      aria-label={label}
    >
      {children}
    </div>
  );
}

/** Text button that looks like a link. */
export function LinkButton(props: { readonly onClick: () => void; readonly children: ReactNode }): ReactNode {
  return (
    <Button look="quiet" className="link" onClick={props.onClick}>
      {props.children}
    </Button>
  );
}
