/** What the user did to many jobs lately, with progress, verdicts and undo; also after the window was closed. */
import { useQuery } from '@tanstack/react-query';
import { Button, Dialog, EmptyState, LinkButton } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { operationsQuery, type Operation } from '../../../server-state/operations.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { fullInstant } from '../../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../../widgets/grid-application/use-now.ts';
import { canUndo, operationState, operationTitle, undoLeft } from './operation-words.ts';

export interface OperationsListProps {
  readonly onOpen: (operation: Operation) => void;
  readonly onUndo: (operation: Operation) => void;
  readonly onClose: () => void;
}

export function OperationsList({ onOpen, onUndo, onClose }: OperationsListProps): ReactNode {
  const query = useQuery(operationsQuery);
  const nowMs = useNowMs(1000);
  return (
    <Dialog
      title="Operations"
      wide
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <Answer query={query} what="The operations">
        {(operations) =>
          operations.length === 0 ? (
            <EmptyState icon="list" title="No operations yet">
              Kills, deletions and actions on all jobs that match are listed here for a week.
            </EmptyState>
          ) : (
            <table className="ruled operations" aria-label="Operations">
              <thead>
                <tr>
                  <th scope="col">Operation</th>
                  <th scope="col">Started [UTC]</th>
                  <th scope="col">State</th>
                  <th scope="col">
                    <span className="vh">Undo</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {operations.map((operation) => (
                  <tr key={operation.operationId}>
                    <th scope="row">
                      <LinkButton onClick={() => onOpen(operation)}>{operationTitle(operation)}</LinkButton>
                    </th>
                    <td className="time">{fullInstant(operation.createdAt)}</td>
                    <td>
                      {operation.state === 'Running' && 'Running: '}
                      {operationState(operation)}
                      {operation.undoneBy !== null && ' (undone)'}
                    </td>
                    <td className="num">
                      {canUndo(operation, nowMs) && (
                        <span className="undo">
                          <span className="muted undo-left">{undoLeft(operation, nowMs)}</span>
                          <Button icon="undo" onClick={() => onUndo(operation)}>
                            Undo
                          </Button>
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answer>
    </Dialog>
  );
}
