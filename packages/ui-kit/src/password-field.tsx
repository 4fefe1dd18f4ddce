/** A secret typed by hand: show and hide, Caps Lock hint. The value stays with the caller and nowhere else. */
import { useState, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { Field, useFieldControl } from './field.tsx';
import { Icon } from './icon.tsx';

export interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
  readonly hint?: ReactNode;
  /** `off` for pass phrases of files, so that no browser offers to keep them. */
  readonly autoComplete?: string;
  readonly disabled?: boolean;
  readonly onEnter?: () => void;
  readonly inputRef?: Ref<HTMLInputElement>;
}

export function PasswordField(props: PasswordFieldProps): ReactNode {
  return (
    <Field label={props.label} error={props.error} hint={props.hint}>
      <PasswordControl {...props} />
    </Field>
  );
}

function PasswordControl({ inputRef, ...props }: PasswordFieldProps): ReactNode {
  const control = useFieldControl();
  const [isShown, setIsShown] = useState(false);
  const [hasCapsLock, setHasCapsLock] = useState(false);
  const watchCapsLock = (event: KeyboardEvent): void => setHasCapsLock(event.getModifierState('CapsLock'));
  return (
    <>
      <span className="input form">
        <Icon name="lock" />
        <input
          {...control}
          ref={inputRef}
          type={isShown ? 'text' : 'password'}
          autoComplete={props.autoComplete ?? 'off'}
          spellCheck={false}
          disabled={props.disabled}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
          onKeyUp={watchCapsLock}
          onKeyDown={(event) => {
            watchCapsLock(event);
            if (event.key === 'Enter' && props.onEnter) {
              event.preventDefault();
              props.onEnter();
            }
          }}
        />
        <button
          type="button"
          className="btn icon quiet"
          aria-label={isShown ? 'Hide password' : 'Show password'}
          aria-pressed={isShown}
          onClick={() => setIsShown(!isShown)}
        >
          <Icon name={isShown ? 'eye-off' : 'eye'} />
        </button>
      </span>
      <span className="hint" role="status">
        {hasCapsLock && (
          <span className="capsline">
            <Icon name="caps-lock" small /> Caps Lock is on
          </span>
        )}
      </span>
    </>
  );
}
