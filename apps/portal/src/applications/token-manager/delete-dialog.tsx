/** Asks before tokens are revoked and forgotten, and says what came of it. */
import { ConfirmDialog, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { removeToken, type ManagedToken } from '../../server-state/tokens.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import type { DeleteDialogProps } from '../../widgets/short-list/short-list-view.tsx';
import { idOf } from './token-manager-state.ts';

const consequence = {
  outside:
    'Groups that come from the provider count for a day after the last look then; jobs that wait longer need a new log-in.',
  issued: 'The program that holds it has to log in again.',
} as const;

const consequences = (tokens: readonly ManagedToken[]): string =>
  [...new Set(tokens.map(({ kind }) => consequence[kind]))].join(' ');

export function DeleteDialog({ doomed, onClose, onDeleted }: DeleteDialogProps<ManagedToken>): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);
  const what = doomed.length === 1 ? 'this token' : `${doomed.length} tokens`;

  async function remove(): Promise<void> {
    setIsBusy(true);
    const outcomes = await Promise.allSettled(doomed.map(removeToken));
    const gone = outcomes.filter(({ status }) => status === 'fulfilled').length;
    const isPending = outcomes.some(
      (outcome) => outcome.status === 'fulfilled' && outcome.value === 'pending',
    );
    if (gone > 0)
      toasts.show({ text: gone === 1 ? 'Token deleted' : `${gone} tokens deleted`, icon: 'trash' });
    if (isPending)
      toasts.show({ text: 'The provider does not answer; it is told again later.', icon: 'clock' });
    const faults = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [faultOf(outcome.reason).message] : [],
    );
    for (const text of new Set(faults)) toasts.show({ text, tone: 'error' });
    onDeleted();
    onClose();
  }

  return (
    <ConfirmDialog
      title={`Delete ${what}?`}
      description={`It is revoked where it was issued, and cannot be brought back. ${consequences(doomed)}`}
      confirmLabel="Delete"
      danger
      busy={isBusy}
      onConfirm={() => void remove()}
      onCancel={onClose}
    >
      <ul className="doomed">
        {doomed.map((token) => (
          <li key={idOf(token)}>
            {token.userName} · {token.provider} · {token.usedBy}{' '}
            <span className="mono soft">{token.tokenId}</span>
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}
