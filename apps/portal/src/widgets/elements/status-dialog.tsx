/** Asks for status, reason and end before a place is banned, degraded or allowed; users read the reason. */
import { Button, Dialog, Field, Notice, Select, TextInput } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { elementStatuses, type ElementStatus } from '@wm/wms-core/vocabulary';
import { setStatus, type Element } from '../../server-state/sites.ts';
import { faultOf } from '../grid-application/answer.tsx';
import { durations, nameOf } from './element-words.ts';

const effects: Readonly<Record<ElementStatus, string>> = {
  Active: 'All jobs run there.',
  Degraded: 'All jobs run there; users are warned.',
  Probing: 'Pilots are sent, but only test jobs run.',
  Unknown: 'No new pilots; those there run test jobs only.',
  Error: 'No new pilots; those there finish their jobs and end.',
  Banned: 'No new pilots; those there finish their jobs and end.',
};

export interface StatusDialogProps {
  readonly element: Element;
  readonly status: ElementStatus;
  readonly onDone: (status: ElementStatus) => void;
  readonly onCancel: () => void;
}

export function StatusDialog({ element, onCancel, onDone, ...given }: StatusDialogProps): ReactNode {
  const [status, choose] = useState(given.status);
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState('open');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string>();
  const name = nameOf(element);

  async function save(): Promise<void> {
    setIsBusy(true);
    setError(undefined);
    const ms = durations.find(({ value }) => value === end)?.ms ?? null;
    try {
      const until = ms === null ? null : new Date(Date.now() + ms).toISOString();
      await setStatus({ ...element, status, reason, until });
      onDone(status);
    } catch (fault) {
      setIsBusy(false);
      setError(faultOf(fault).message);
    }
  }

  return (
    <Dialog
      title={`Set status of ${name}`}
      onClose={onCancel}
      footer={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button
            look="primary"
            busy={isBusy}
            disabledReason={reason.trim() === '' ? 'Give a reason first: users read it' : undefined}
            onClick={() => void save()}
          >
            Set {status}
          </Button>
        </>
      }
    >
      <Field label="Status" hint={effects[status]}>
        <Select
          value={status}
          onChange={(value) => choose(value as ElementStatus)}
          options={elementStatuses.map((value) => ({ value, label: value }))}
        />
      </Field>
      <Field label="Reason" required hint="Shown to everybody whose jobs wait because of it.">
        <TextInput value={reason} onChange={setReason} maxLength={500} />
      </Field>
      <Field label="Ends when" hint="Then the configuration decides again.">
        <Select value={end} onChange={setEnd} options={durations} />
      </Field>
      {error !== undefined && <Notice tone="fail">{error}</Notice>}
    </Dialog>
  );
}
