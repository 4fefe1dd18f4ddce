/** To type the code of a terminal, and what was wrong with the last one. */
import { Button, Field, Notice, TextInput } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { openCode } from './device-address.ts';

const faults: Readonly<Record<string, string>> = {
  'not-found': 'This code is not known. Compare it with the one in your terminal.',
  'input.invalid': 'The code has eight letters, such as BCDF-GHJK. Compare it with the one in your terminal.',
  'code.expired': 'This code is over. Start again in your terminal.',
  conflict: 'This code was used already. Start again in your terminal if you need to.',
  'access.rate-limited': 'Too many wrong codes. Wait a minute, then try again.',
  'service.unavailable': 'Check-in does not answer at the moment. Try again in a few minutes.',
};

export interface CodeFormProps {
  readonly code?: string | undefined;
  readonly fault?: string | undefined;
}

export function CodeForm({ code: given = '', fault }: CodeFormProps): ReactNode {
  const [code, setCode] = useState(given);
  return (
    <form
      className="pad"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() !== '') location.assign(openCode(code));
      }}
    >
      <h1>Log in a terminal</h1>
      {fault !== undefined && (
        <Notice tone="fail">{faults[fault] ?? 'That did not work. Start again in your terminal.'}</Notice>
      )}
      <Field label="Code shown in your terminal" hint="Eight letters. Dash, blanks and case do not matter.">
        <TextInput
          className="device-code"
          mono
          value={code}
          onChange={setCode}
          placeholder="XXXX-XXXX"
          autoCapitalize="characters"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page has nothing else to do
          autoFocus
        />
      </Field>
      <Button
        type="submit"
        look="primary"
        big
        disabledReason={code.trim() === '' ? 'Type the code first' : undefined}
      >
        Continue
      </Button>
    </form>
  );
}
