/** Actions on named jobs from wherever they are asked for: question, call, verdicts, undo, fresh rows. */
import { useQueryClient } from '@tanstack/react-query';
import { useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import type { JobAction } from '@wm/wms-core/vocabulary';
import { actOnJobs } from '../../server-state/jobs.ts';
import { faultOf } from '../../widgets/grid-application/answer.tsx';
import {
  ActionQuestion,
  ActionVerdicts,
  resultWords,
  type ActionRequest,
  type ActionResult,
} from './job-action-dialogs.tsx';
import { actionWords, questionFor, type Viewer } from './job-actions.ts';
import type { JobRow } from './job-row.ts';
import type { JobOperations } from './operations/use-operations.tsx';

export interface JobActions {
  readonly ask: (action: JobAction, jobIds: readonly number[], known: ReadonlyMap<number, JobRow>) => void;
  /** The question or the verdicts, while there are any. */
  readonly dialog: ReactNode;
}

export function useJobActions(viewer: Viewer, operations: JobOperations): JobActions {
  const client = useQueryClient();
  const toasts = useToasts();
  const [request, setRequest] = useState<ActionRequest>();
  const [result, setResult] = useState<ActionResult>();
  const [isBusy, setIsBusy] = useState(false);

  async function run(wanted: ActionRequest): Promise<void> {
    setIsBusy(true);
    try {
      const { verdicts, operation } = await actOnJobs(wanted.action, wanted.jobIds);
      const outcome: ActionResult = { action: wanted.action, verdicts, known: wanted.known, operation };
      const [only] = verdicts;
      const isAllDone = verdicts.length > 0 && verdicts.every((verdict) => verdict.ok);
      const words =
        verdicts.length === 1 && only
          ? `Job ${only.jobId} ${actionWords[wanted.action].done}`
          : resultWords(outcome);
      if (isAllDone && operation) operations.offerUndo(words, operation);
      else if (isAllDone && verdicts.length === 1) toasts.show({ text: words });
      else if (isAllDone)
        toasts.show({
          text: words,
          action: { label: 'Details', onAct: () => setResult(outcome) },
        });
      else setResult(outcome);
    } catch (error) {
      toasts.show({ text: faultOf(error).message, tone: 'error' });
    } finally {
      setIsBusy(false);
      setRequest(undefined);
      void client.invalidateQueries({ queryKey: ['jobs'] });
    }
  }

  return {
    ask(action, jobIds, known) {
      if (jobIds.length === 0) return;
      const statuses = jobIds.map((jobId) => known.get(jobId)?.status);
      const question = questionFor(action, statuses, jobIds.length);
      const wanted: ActionRequest = { action, jobIds, known, mustType: question === 'type-number' };
      if (question === 'none') void run(wanted);
      else setRequest(wanted);
    },
    dialog:
      request !== undefined ? (
        <ActionQuestion
          request={request}
          viewer={viewer}
          isBusy={isBusy}
          onConfirm={() => {
            void run(request);
          }}
          onCancel={() => setRequest(undefined)}
        />
      ) : result !== undefined ? (
        <ActionVerdicts
          result={result}
          onClose={() => setResult(undefined)}
          onUndo={(operation) => {
            setResult(undefined);
            operations.undo(operation);
          }}
        />
      ) : null,
  };
}
