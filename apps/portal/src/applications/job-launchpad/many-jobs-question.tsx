/** The question before many jobs: how they come into being, how to take them back, and whether they can start at all. */
import { ConfirmDialog, Notice } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { Fit } from '../../server-state/explanations.ts';
import { fitText } from '../../widgets/site-fit/fit-words.ts';
import { jobsText } from './bulk-words.ts';

export interface ManyJobsQuestionProps {
  readonly count: number;
  /** So many that they are made after the answer. */
  readonly isLarge: boolean;
  /** Undefined while it is not known where they fit. */
  readonly fit: Fit | undefined;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
}

export function ManyJobsQuestion({
  count,
  isLarge,
  fit,
  onSubmit,
  onCancel,
}: ManyJobsQuestionProps): ReactNode {
  return (
    <ConfirmDialog
      title={`Submit ${jobsText(count)}?`}
      confirmLabel={`Submit ${jobsText(count)}`}
      onConfirm={onSubmit}
      onCancel={onCancel}
    >
      {fit?.fits.sites === 0 && (
        <Notice tone="warn">
          <b>{fitText(0, fit.of.sites)}.</b> As things are, none of these jobs can start.
        </Notice>
      )}
      <p className="soft">
        {isLarge
          ? 'They are made one after the other from now on; the Job Launchpad shows how far they are, and can stop it. '
          : 'They go into the queue together. '}
        In the Job Monitor all of them can be killed or deleted at once.
      </p>
    </ConfirmDialog>
  );
}
