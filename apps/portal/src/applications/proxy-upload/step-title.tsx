/**
 * The title of a step, where the focus is when the step begins. Enter goes on from there, as it did from the passphrase:
 * whoever has checked what he reads need not look for the button.
 */
import { useEffect, useRef, type ReactNode } from 'react';

export interface StepTitleProps {
  readonly children: string;
  readonly onEnter: () => void;
}

export function StepTitle({ children, onEnter }: StepTitleProps): ReactNode {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button beside it does the same
    <h3
      ref={title}
      tabIndex={-1}
      className="step-title"
      onKeyDown={({ key, repeat }) => {
        if (key === 'Enter' && !repeat) onEnter();
      }}
    >
      {children}
    </h3>
  );
}
