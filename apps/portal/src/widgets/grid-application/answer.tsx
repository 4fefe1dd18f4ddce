/** What a query has to say: grey bars while it is read, what went wrong with a way to try again, the data. */
import type { UseQueryResult } from '@tanstack/react-query';
import { ErrorBox, Skeleton } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { isWmsError } from '@wm/wms-core/vocabulary';

export interface Fault {
  readonly message: string;
  readonly requestId: string | undefined;
}

/** Sentence and request id of anything thrown. */
export function faultOf(error: unknown): Fault {
  if (!isWmsError(error)) return { message: 'Something unexpected happened.', requestId: undefined };
  const { requestId } = error.details;
  return { message: error.message, requestId: typeof requestId === 'string' ? requestId : undefined };
}

export interface AnswerProps<T> {
  readonly query: UseQueryResult<T>;
  /** Subject of the sentence "… could not be read". */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

export function Answer<T>({ query, what, children }: AnswerProps<T>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <Skeleton lines={4} label={`Reading ${what.toLowerCase()}`} />;
  const { message, requestId } = faultOf(query.error);
  return (
    <ErrorBox
      title={`${what} could not be read`}
      requestId={requestId}
      onRetry={() => {
        void query.refetch();
      }}
    >
      {message}
    </ErrorBox>
  );
}
