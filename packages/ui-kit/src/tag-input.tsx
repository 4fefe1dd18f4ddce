/**
 * Several values in one field, with suggestions while typing: the combobox pattern with a list box. Used
 * for filters with known values (`MultiSelect`) and for free lists (`TagInput`).
 */
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useFieldControl } from './field.tsx';
import { Icon } from './icon.tsx';

export interface TagInputProps {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  /** Known values; offered while typing. */
  readonly suggestions?: readonly string[];
  /** false = only suggestions can be chosen. Default true. */
  readonly allowsNew?: boolean;
  readonly placeholder?: string;
  readonly ariaLabel?: string;
  /** Refuses a new value: the sentence is shown until the text changes. */
  readonly validate?: (value: string) => string | undefined;
  /** Called as the list opens, to load suggestions. */
  readonly onOpen?: () => void;
  readonly disabled?: boolean;
}

export type MultiSelectProps = Omit<TagInputProps, 'suggestions' | 'allowsNew' | 'validate'> & {
  readonly options: readonly string[];
};

/** As many of the known values as wanted; empty reads "Any". */
export function MultiSelect({ options, placeholder = 'Any', ...rest }: MultiSelectProps): ReactNode {
  return <TagInput {...rest} suggestions={options} allowsNew={false} placeholder={placeholder} />;
}

const maxShown = 200;

export function TagInput({
  values,
  onChange,
  suggestions = [],
  allowsNew = true,
  placeholder = '',
  ariaLabel,
  validate,
  onOpen,
  disabled = false,
}: TagInputProps): ReactNode {
  const control = useFieldControl();
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [problem, setProblem] = useState<string>();
  const needle = text.trim().toLowerCase();
  const offered = suggestions.filter((one) => one.toLowerCase().includes(needle)).slice(0, maxShown);
  const isListShown = isOpen && offered.length > 0;

  const open = (): void => {
    if (!isOpen) onOpen?.();
    setIsOpen(true);
  };
  const close = (): void => {
    setIsOpen(false);
    setActive(-1);
  };
  const remove = (value: string): void => onChange(values.filter((one) => one !== value));
  const take = (value: string): void => {
    const wrong = values.includes(value) ? undefined : validate?.(value);
    setProblem(wrong);
    if (wrong !== undefined) return;
    onChange(values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);
    setText('');
  };
  const takeText = (): boolean => {
    const value = text.trim();
    if (value === '') return false;
    const known = suggestions.find((one) => one.toLowerCase() === value.toLowerCase());
    const only = offered.length === 1 ? offered[0] : undefined;
    const chosen = allowsNew ? (known ?? value) : (known ?? only);
    if (chosen === undefined || values.includes(chosen)) return false;
    take(chosen);
    return true;
  };
  const move = (step: number): void => {
    open();
    if (offered.length > 0) setActive((old) => (old + step + offered.length) % offered.length);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const chosen = isListShown ? offered[active] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : active === -1 ? 0 : -1);
    } else if (event.key === 'Enter' || (event.key === ',' && allowsNew)) {
      const isTaken = chosen === undefined ? takeText() : (take(chosen), true);
      if (isTaken || event.key === ',') event.preventDefault();
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      close();
    } else if (event.key === 'Backspace' && text === '' && values.length > 0) {
      onChange(values.slice(0, -1));
    }
  };
  return (
    <span
      className="combo"
      onBlur={(event) => {
        if (event.currentTarget.contains(event.relatedTarget)) return;
        if (allowsNew) takeText();
        close();
      }}
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the pointer only finds the input more easily */}
      <span
        className={`input tags${disabled ? ' off' : ''}`}
        onClick={() => {
          input.current?.focus();
          open();
        }}
      >
        {values.map((value) => (
          <span className="tag" key={value}>
            <span className="cut">{value}</span>
            <button
              type="button"
              aria-label={`Remove ${value}`}
              disabled={disabled}
              onClick={(event) => {
                event.stopPropagation();
                remove(value);
                input.current?.focus();
              }}
            >
              <Icon name="close" small />
            </button>
          </span>
        ))}
        <input
          ref={input}
          {...control}
          role="combobox"
          aria-expanded={isListShown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={isListShown && active >= 0 ? `${listId}-${active}` : undefined}
          aria-label={ariaLabel}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          placeholder={values.length === 0 ? placeholder : ''}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
            setActive(-1);
            open();
          }}
          onKeyDown={onKeyDown}
        />
        {(suggestions.length > 0 || onOpen !== undefined) && <Icon name="chevron-down" small />}
      </span>
      {problem !== undefined && (
        <span className="err" role="alert">
          {problem}
        </span>
      )}
      <div className="options" id={listId} role="listbox" aria-multiselectable="true" hidden={!isListShown}>
        {isListShown &&
          offered.map((value, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the input has the focus and the keys
            <div
              key={value}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={values.includes(value)}
              className={index === active ? 'hot' : ''}
              // Keeps the focus in the input.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(value)}
            >
              <span className="cut grow">{value}</span>
              {values.includes(value) && <Icon name="check" small />}
            </div>
          ))}
      </div>
    </span>
  );
}
