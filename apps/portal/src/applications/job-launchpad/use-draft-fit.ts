/** Where the draft would fit, asked once it has stood still; the preview line and the question before many jobs ask. */
import { useQuery } from '@tanstack/react-query';
import { dryRunQuery, type Fit } from '../../server-state/explanations.ts';
import { blocker, textToTry, type CheckedDraft } from './draft-check.ts';
import { useSettled } from './use-settled.ts';

const settledAfterMs = 500;

export interface DraftFit {
  /** The draft can be submitted, so that the server can be asked. */
  readonly isAsked: boolean;
  readonly fit: Fit | undefined;
  /** Why the server would refuse the draft, where only the server knows. */
  readonly refusal: string | undefined;
  readonly error: Error | null;
}

export function useDraftFit(draft: CheckedDraft): DraftFit {
  const current = blocker(draft) === undefined ? textToTry(draft) : undefined;
  const text = useSettled(current, settledAfterMs);
  // The answer to the last good draft says nothing about one that was just made wrong.
  const isAsked = current !== undefined && text !== undefined;
  const { data, error } = useQuery({ ...dryRunQuery(text ?? ''), enabled: isAsked });
  const answer = isAsked ? data : undefined;
  return {
    isAsked,
    fit: answer?.fit ?? undefined,
    refusal: answer?.problems.find(({ severity }) => severity === 'error')?.message,
    error,
  };
}
