/** Actions on everything that matches, and undo: question, progress in the background, a toast at the end. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useToasts } from '@wm/ui-kit';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { JobAction } from '@wm/wms-core/vocabulary';
import type { JobsQuery } from '../../../server-state/jobs.ts';
import { operationQuery, undoOperation, type Operation } from '../../../server-state/operations.ts';
import { faultOf } from '../../../widgets/grid-application/answer.tsx';
import { OperationDialog } from './operation-dialog.tsx';
import { OperationsList } from './operations-list.tsx';
import { canUndo, operationState, undoOfferMs } from './operation-words.ts';
import { PreviewDialog } from './preview-dialog.tsx';

export interface JobOperations {
  readonly ask: (action: JobAction, query: JobsQuery) => void;
  /** Says in a toast what was done and offers to take it back. */
  readonly offerUndo: (text: string, operation: Operation) => void;
  readonly undo: (operation: Pick<Operation, 'operationId'>) => void;
  readonly showList: () => void;
  /** The dialog that is open, if one is. */
  readonly dialog: ReactNode;
}

type Shown =
  | { readonly kind: 'preview'; readonly action: JobAction; readonly query: JobsQuery }
  | { readonly kind: 'operation'; readonly operationId: number }
  | { readonly kind: 'list' };

/** Draws nothing: tells once that the operation has ended. */
function Watch(props: {
  readonly operationId: number;
  readonly onEnd: (operation: Operation) => void;
}): ReactNode {
  const { data } = useQuery(operationQuery(props.operationId));
  const { onEnd } = props;
  useEffect(() => {
    if (data && data.state !== 'Running') onEnd(data);
  }, [data, onEnd]);
  return null;
}

/** `onStarted`: the selection has been acted on. */
export function useOperations(onStarted: () => void): JobOperations {
  const client = useQueryClient();
  const toasts = useToasts();
  const [shown, setShown] = useState<Shown>();
  const [watched, setWatched] = useState<readonly number[]>([]);
  const lastOffer = useRef<number>(undefined);
  const shownId = shown?.kind === 'operation' ? shown.operationId : undefined;

  const watch = (operation: Operation): void => setWatched((old) => [...old, operation.operationId]);

  /** One offer at a time; older ones are in the list. */
  function offerUndo(text: string, operation: Operation): void {
    if (lastOffer.current !== undefined) toasts.dismiss(lastOffer.current);
    const { undoUntil } = operation;
    if (undoUntil === null || !canUndo(operation, Date.parse(undoUntil) - 1)) toasts.show({ text });
    else
      lastOffer.current = toasts.show({
        text,
        durationMs: undoOfferMs(undoUntil),
        action: { label: 'Undo', onAct: () => undo(operation) },
      });
  }

  function undo({ operationId }: Pick<Operation, 'operationId'>): void {
    undoOperation(operationId).then(watch, (error: unknown) =>
      toasts.show({ text: faultOf(error).message, tone: 'error' }),
    );
  }

  function ended(operation: Operation): void {
    const { operationId, action, refused, state } = operation;
    setWatched((old) => old.filter((id) => id !== operationId));
    void client.invalidateQueries({ queryKey: ['jobs'] });
    if (operationId === shownId) return;
    if (action === 'undo' && (refused > 0 || state !== 'Done')) setShown({ kind: 'operation', operationId });
    else offerUndo(operationState(operation), operation);
  }

  const openDialog = ({ operationId }: Operation): void => setShown({ kind: 'operation', operationId });
  const close = (): void => setShown(undefined);
  const undoAndClose = (operation: Operation): void => {
    close();
    undo(operation);
  };

  return {
    ask: (action, query) => setShown({ kind: 'preview', action, query }),
    offerUndo,
    undo,
    showList: () => setShown({ kind: 'list' }),
    dialog: (
      <>
        {watched.map((operationId) => (
          <Watch key={operationId} operationId={operationId} onEnd={ended} />
        ))}
        {shown?.kind === 'preview' && (
          <PreviewDialog
            action={shown.action}
            query={shown.query}
            onCancel={close}
            onStarted={(operation) => {
              onStarted();
              watch(operation);
              openDialog(operation);
            }}
          />
        )}
        {shown?.kind === 'operation' && (
          <OperationDialog operationId={shown.operationId} onUndo={undoAndClose} onClose={close} />
        )}
        {shown?.kind === 'list' && (
          <OperationsList onOpen={openDialog} onUndo={undoAndClose} onClose={close} />
        )}
      </>
    ),
  };
}
