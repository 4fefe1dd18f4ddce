/** One operation: its progress, one verdict a job, its end by hand, and the way back while there is one. */
import { useQuery } from '@tanstack/react-query';
import { Button, Dialog, LinkButton, ProgressBar, Segmented, VerdictList, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import {
  cancelOperation,
  operationQuery,
  verdictsQuery,
  type Operation,
} from '../../../server-state/operations.ts';
import { Answer, faultOf } from '../../../widgets/grid-application/answer.tsx';
import { useNowMs } from '../../../widgets/grid-application/use-now.ts';
import { jobStatusLook } from '../../../widgets/status-look.ts';
import { canUndo, handledOf, operationState, operationTitle, undoLeft } from './operation-words.ts';

const pageOfVerdicts = 100;
const mostVerdicts = 1000;
const failed = { family: 'failure', shape: 'cross' } as const;

type Which = 'all' | 'refused';

function Verdicts({ operation }: { readonly operation: Operation }): ReactNode {
  const [which, setWhich] = useState<Which>('all');
  const [limit, setLimit] = useState(pageOfVerdicts);
  const { operationId, refused } = operation;
  const query = useQuery({
    ...verdictsQuery(operationId, which === 'all' ? undefined : false, limit),
    placeholderData: (old) => old,
  });
  const count = which === 'all' ? handledOf(operation) : refused;
  return (
    <>
      {refused > 0 && (
        <Segmented
          label="Verdicts shown"
          value={which}
          onChange={(next) => {
            setWhich(next);
            setLimit(pageOfVerdicts);
          }}
          options={[
            { value: 'all', label: 'All' },
            { value: 'refused', label: `Left as they are (${refused.toLocaleString('en')})` },
          ]}
        />
      )}
      <Answer query={query} what="The verdicts">
        {(verdicts) => (
          <>
            <VerdictList
              label="Verdicts"
              maxShown={mostVerdicts}
              verdicts={verdicts.map(({ jobId, ok, status, message }) => ({
                id: String(jobId),
                ...(ok ? jobStatusLook(status ?? 'Deleted') : failed),
                text: message,
              }))}
            />
            {count > verdicts.length && (
              <p className="muted xs">
                {verdicts.length.toLocaleString('en')} of {count.toLocaleString('en')} shown{' '}
                {limit < mostVerdicts && (
                  <LinkButton onClick={() => setLimit(Math.min(limit * 3, mostVerdicts))}>
                    Show more
                  </LinkButton>
                )}
              </p>
            )}
          </>
        )}
      </Answer>
    </>
  );
}

export interface OperationDialogProps {
  readonly operationId: number;
  readonly onUndo: (operation: Operation) => void;
  readonly onClose: () => void;
}

export function OperationDialog({ operationId, onUndo, onClose }: OperationDialogProps): ReactNode {
  const query = useQuery(operationQuery(operationId));
  const toasts = useToasts();
  const nowMs = useNowMs(1000);
  const operation = query.data;
  const isRunning = operation?.state === 'Running';
  const cancel = (): void => {
    cancelOperation(operationId).catch((error: unknown) =>
      toasts.show({ text: faultOf(error).message, tone: 'error' }),
    );
  };
  return (
    <Dialog
      title={operation ? operationTitle(operation) : 'Operation'}
      onClose={onClose}
      footer={
        <>
          {isRunning && <Button onClick={cancel}>Stop here</Button>}
          {operation && canUndo(operation, nowMs) && (
            <>
              <span className="muted xs undo-left">{undoLeft(operation, nowMs)}</span>
              <Button icon="undo" onClick={() => onUndo(operation)}>
                Undo
              </Button>
            </>
          )}
          <Button look="primary" onClick={onClose}>
            {isRunning ? 'Go on in the background' : 'Close'}
          </Button>
        </>
      }
    >
      <Answer query={query} what="The operation">
        {(seen) => (
          <div className="operation">
            <ProgressBar
              label={operationTitle(seen)}
              value={seen.state === 'Running' ? handledOf(seen) : Math.max(seen.total, 1)}
              max={Math.max(seen.total, handledOf(seen), 1)}
            />
            <p role="status">{operationState(seen)}</p>
            {handledOf(seen) > 0 && <Verdicts operation={seen} />}
          </div>
        )}
      </Answer>
    </Dialog>
  );
}
