/** Buttons and one-of-few switches. One primary button per pane, at the right end of its foot bar. */
import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export type ButtonLook = 'secondary' | 'primary' | 'quiet' | 'danger';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly look?: ButtonLook;
  readonly icon?: IconName;
  /** 40 px, for pages outside the desktop. */
  readonly big?: boolean;
  /** Shows that the action is under way; the button cannot be pressed twice. */
  readonly busy?: boolean;
  /** Disables the button and says why, on hover and to screen readers. */
  readonly disabledReason?: string | undefined;
  readonly className?: string;
}

export function Button({
  look = 'secondary',
  icon,
  big = false,
  busy = false,
  disabledReason,
  className = '',
  children,
  title,
  onClick,
  ...rest
}: ButtonProps): ReactNode {
  const isBlocked = busy || disabledReason !== undefined;
  const classes = ['btn', look === 'secondary' ? '' : look, big ? 'big' : '', className];
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(' ')}
      // Stays focusable, so that the reason can be reached by keyboard.
      aria-disabled={isBlocked || rest.disabled || undefined}
      aria-busy={busy || undefined}
      title={disabledReason ?? title}
      onClick={(event) => {
        if (isBlocked) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  readonly icon: IconName;
  /** Name for screen readers and tooltip. */
  readonly label: string;
  readonly look?: 'quiet' | 'secondary';
  /** Toggle buttons only. */
  readonly pressed?: boolean;
  readonly small?: boolean;
  readonly disabledReason?: string | undefined;
  readonly className?: string;
}

export function IconButton({
  icon,
  label,
  look = 'quiet',
  pressed,
  small = false,
  disabledReason,
  className = '',
  onClick,
  ...rest
}: IconButtonProps): ReactNode {
  return (
    <button
      type="button"
      title={disabledReason === undefined ? label : `${label}: ${disabledReason}`}
      {...rest}
      className={`btn icon ${look === 'quiet' ? 'quiet' : ''} ${className}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={disabledReason !== undefined || rest.disabled || undefined}
      onClick={(event) => {
        if (disabledReason !== undefined) event.preventDefault();
        else onClick?.(event);
      }}
    >
      <Icon name={icon} small={small} />
    </button>
  );
}

export interface SegmentedProps<V extends string> {
  /** Name of the group for screen readers. */
  readonly label: string;
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly options: readonly { readonly value: V; readonly label: string; readonly icon?: IconName }[];
}

/** One of two to four choices, all in view. */
export function Segmented<V extends string>(props: SegmentedProps<V>): ReactNode {
  return (
    <span className="seg" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === props.value}
          onClick={() => props.onChange(option.value)}
        >
          {option.icon && <Icon name={option.icon} />}
          <span className="seg-word">{option.label}</span>
        </button>
      ))}
    </span>
  );
}
