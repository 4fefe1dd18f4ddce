/** Steps of a wizard, and a grid of named starting points. */
import { Fragment, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

export interface StepperProps {
  readonly steps: readonly string[];
  /** Index of the present step; those before it are done. */
  readonly current: number;
  readonly label?: string;
}

export function Stepper({ steps, current, label = 'Steps' }: StepperProps): ReactNode {
  return (
    <ol className="steps" aria-label={label}>
      {steps.map((step, index) => (
        <Fragment key={step}>
          {index > 0 && <li className="ln" aria-hidden="true" role="presentation" />}
          <li
            className={index < current ? 'done' : index === current ? 'now' : ''}
            aria-current={index === current ? 'step' : undefined}
          >
            <b>{index < current ? <Icon name="check" /> : index + 1}</b>
            <span className="step-word">
              {step}
              {index < current && <span className="vh"> (done)</span>}
            </span>
          </li>
        </Fragment>
      ))}
    </ol>
  );
}

export interface PresetListProps {
  readonly label: string;
  readonly presets: readonly { readonly id: string; readonly label: string; readonly hint?: string }[];
  readonly value: string | undefined;
  readonly onChange: (id: string) => void;
}

/** One of a handful of presets: a radio group drawn as a table. Arrow keys move the choice. */
export function PresetList({ label, presets, value, onChange }: PresetListProps): ReactNode {
  const chosen = presets.findIndex((preset) => preset.id === value);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowDown: 1,
      ArrowLeft: -1,
      ArrowUp: -1,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (Math.max(chosen, 0) + step + presets.length) % presets.length;
    const preset = presets[next];
    if (preset) onChange(preset.id);
    event.currentTarget.querySelectorAll('button')[next]?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the focus is on the chosen radio inside
    <div className="presets" role="radiogroup" aria-label={label} onKeyDown={onKeyDown}>
      {presets.map((preset, index) => (
        <button
          key={preset.id}
          type="button"
          role="radio"
          aria-checked={index === chosen}
          tabIndex={index === Math.max(chosen, 0) ? 0 : -1}
          title={preset.hint}
          onClick={() => onChange(preset.id)}
        >
          <span className="cut">{preset.label}</span>
          {index === chosen && <Icon name="check" />}
        </button>
      ))}
    </div>
  );
}
