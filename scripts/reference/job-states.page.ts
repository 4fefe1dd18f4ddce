import { canMove, isPayloadFinal, jobMoves, jobStatuses } from '@wm/wms-core/vocabulary';
import { document, table, type Page } from './markdown.ts';

const meaning = {
  Submitting: 'Being submitted in two steps; not confirmed yet.',
  Received: 'Accepted and stored.',
  Checking: 'The optimizers look at it.',
  Scouting: 'Waits for scout jobs of its group.',
  Staging: 'Waits for input data to come from tape.',
  Waiting: 'In a task queue; waits for a pilot that fits.',
  Matched: 'Given to a pilot.',
  Rescheduled: 'On its way back to the queue.',
  Running: 'The payload is prepared or runs.',
  Stalled: 'No sign of life from the node.',
  Completing: 'The payload ended; output is uploaded.',
  Completed: 'Ended, with requests still pending.',
  Done: 'Ended well.',
  Failed: 'Ended badly; the minor status says why.',
  Killed: 'Ended by a person.',
  Deleted: 'Marked for removal; nothing but an undo leads out of here.',
} as const satisfies Record<(typeof jobStatuses)[number], string>;

function diagram(): string {
  const edges = jobStatuses.flatMap((from) =>
    jobStatuses.filter((to) => canMove(from, to)).map((to) => `  ${from} --> ${to}`),
  );
  return ['```mermaid', 'stateDiagram-v2', ...edges, '```'].join('\n');
}

export const jobStatesPage: Page = {
  file: 'job-states.md',
  title: 'Job states',
  render: () =>
    document(
      'Job states',
      'packages/wms-core/src/jobs/job-status.ts',
      table(
        ['Status', 'Means', 'Final for the payload', 'May become'],
        jobStatuses.map((status) => [
          status,
          meaning[status],
          isPayloadFinal(status) ? 'yes' : '',
          jobMoves[status].join(', ') || 'nothing',
        ]),
      ),
      diagram(),
    ),
};
