/** A decision that wants a reason: the person concerned reads it. */
import { Button, Dialog, Field, Notice, TextArea } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { faultOf } from '../../widgets/grid-application/answer.tsx';

/** The server takes no more. */
const maxReason = 500;

export interface ReasonDialogProps {
  readonly title: string;
  /** What happens then. */
  readonly effect: ReactNode;
  /** Who reads it. */
  readonly hint: string;
  readonly confirmLabel: string;
  readonly decide: (reason: string) => Promise<void>;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

export function ReasonDialog(props: ReasonDialogProps): ReactNode {
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string>();

  async function decide(): Promise<void> {
    setIsBusy(true);
    setFault(undefined);
    try {
      await props.decide(reason);
      props.onDone();
    } catch (error) {
      setIsBusy(false);
      setFault(faultOf(error).message);
    }
  }

  return (
    <Dialog
      title={props.title}
      onClose={props.onCancel}
      footer={
        <>
          <Button onClick={props.onCancel}>Cancel</Button>
          <Button
            look="danger"
            busy={isBusy}
            disabledReason={reason.trim() === '' ? 'Give a reason first' : undefined}
            onClick={() => void decide()}
          >
            {props.confirmLabel}
          </Button>
        </>
      }
    >
      <div className="soft">{props.effect}</div>
      <Field label="Reason" required hint={`${props.hint} ${reason.length} of ${maxReason} characters.`}>
        <TextArea value={reason} onChange={setReason} maxLength={maxReason} rows={3} spellCheck />
      </Field>
      {fault !== undefined && <Notice tone="fail">{fault}</Notice>}
    </Dialog>
  );
}
