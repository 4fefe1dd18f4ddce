/**
 * Form fields. `Field` draws label, hint and error and hands the ids to the one control inside through a
 * context, so that no caller wires `aria-describedby` by hand.
 */
import { createContext, useContext, useId, type ComponentProps, type ReactNode } from 'react';
import { Icon, StatusIcon } from './icon.tsx';

interface FieldWiring {
  readonly controlId: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
  readonly isRequired: boolean;
}

const FieldContext = createContext<FieldWiring | undefined>(undefined);

/** Attributes for a control of one's own inside a `Field`. */
export function useFieldControl(): {
  readonly id: string | undefined;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
  readonly 'aria-required': true | undefined;
} {
  const wiring = useContext(FieldContext);
  return {
    id: wiring?.controlId,
    'aria-describedby': wiring?.describedBy,
    'aria-invalid': wiring?.isInvalid ? true : undefined,
    'aria-required': wiring?.isRequired ? true : undefined,
  };
}

export interface FieldProps {
  readonly label: string;
  /** Below the control: format, unit, an example. */
  readonly hint?: ReactNode;
  /** What is wrong and what would be right; replaces the hint. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Field({
  label,
  hint,
  error,
  required = false,
  children,
  className = '',
}: FieldProps): ReactNode {
  const id = useId();
  const hasNote = error !== undefined || hint !== undefined;
  const wiring: FieldWiring = {
    controlId: id,
    describedBy: hasNote ? `${id}-note` : undefined,
    isInvalid: error !== undefined,
    isRequired: required,
  };
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      <FieldContext value={wiring}>{children}</FieldContext>
      {error !== undefined ? (
        <FieldError id={`${id}-note`} text={error} />
      ) : (
        hint !== undefined && (
          <span className="hint" id={`${id}-note`}>
            {hint}
          </span>
        )
      )}
    </div>
  );
}

export function FieldError({ id, text }: { readonly id?: string; readonly text: string }): ReactNode {
  return (
    <span className="err" id={id} role="alert">
      <StatusIcon family="failure" shape="cross" />
      {text}
    </span>
  );
}

export interface TextInputProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Hosts, ids, paths. */
  readonly mono?: boolean;
  readonly className?: string;
}

export function TextInput({
  value,
  onChange,
  mono = false,
  className = '',
  ...rest
}: TextInputProps): ReactNode {
  const control = useFieldControl();
  return (
    <input
      type="text"
      spellCheck={false}
      autoComplete="off"
      {...control}
      {...rest}
      className={`input ${mono ? 'mono' : ''} ${className}`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'onChange' | 'value'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mono?: boolean;
}

export function TextArea({
  value,
  onChange,
  mono = false,
  className = '',
  ...rest
}: TextAreaProps): ReactNode {
  const control = useFieldControl();
  return (
    <textarea
      spellCheck={false}
      {...control}
      {...rest}
      className={`input area ${mono ? 'mono' : ''} ${className}`}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

export interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange' | 'value' | 'children'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly SelectOption[];
}

/** The browser's own select: best on phones, for keyboards and for screen readers. */
export function Select({ value, onChange, options, className = '', ...rest }: SelectProps): ReactNode {
  const control = useFieldControl();
  return (
    <span className={`select ${className}`}>
      <select
        {...control}
        {...rest}
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" small />
    </span>
  );
}

export interface CheckBoxProps {
  readonly checked: boolean | 'mixed';
  readonly onChange: (checked: boolean) => void;
  /** Visible label; use `ariaLabel` where there is no room for one. */
  readonly label?: ReactNode;
  readonly ariaLabel?: string;
  readonly disabled?: boolean;
}

export function CheckBox({
  checked,
  onChange,
  label,
  ariaLabel,
  disabled = false,
}: CheckBoxProps): ReactNode {
  const control = useFieldControl();
  return (
    <label className={`checkline${disabled ? ' off' : ''}`}>
      <span className={`check${checked === true ? ' on' : checked === 'mixed' ? ' part' : ''}`}>
        <input
          {...control}
          type="checkbox"
          checked={checked === true}
          ref={(element) => {
            if (element) element.indeterminate = checked === 'mixed';
          }}
          disabled={disabled}
          aria-label={ariaLabel}
          onChange={(event) => onChange(event.target.checked)}
        />
        {checked !== false && <Icon name={checked === 'mixed' ? 'dash' : 'check'} />}
      </span>
      {label}
    </label>
  );
}

export interface SliderProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** What a screen reader says and the line shows: "24 h". */
  readonly valueText: string;
  readonly ariaLabel?: string;
}

export function Slider({
  value,
  onChange,
  min,
  max,
  step = 1,
  valueText,
  ariaLabel,
}: SliderProps): ReactNode {
  const control = useFieldControl();
  return (
    <span className="slider">
      <input
        {...control}
        type="range"
        {...{ value, min, max, step }}
        aria-valuetext={valueText}
        aria-label={ariaLabel}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output>{valueText}</output>
    </span>
  );
}
