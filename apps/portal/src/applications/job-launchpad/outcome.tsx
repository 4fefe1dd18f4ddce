/** What became of a submission: the numbers of the jobs and the way to watch them, or what went wrong. */
import { useQuery } from '@tanstack/react-query';
import { Button, Notice } from '@wm/ui-kit';
import { isWmsError } from '@wm/wms-core/vocabulary';
import type { ReactNode } from 'react';
import { jobQuery } from '../../server-state/jobs.ts';
import { JobStatusBadge } from '../../widgets/job-status-badge.tsx';
import type { Submission } from './use-submission.ts';

/** "41, 42, 43", "41 – 52" */
export function jobIdsText(jobIds: readonly number[]): string {
  const first = jobIds[0] ?? 0;
  const last = jobIds.at(-1) ?? first;
  const isRun = jobIds.length > 3 && last - first + 1 === jobIds.length;
  if (isRun) return `${first} – ${last}`;
  const shown = jobIds.slice(0, 10).join(', ');
  return jobIds.length > 10 ? `${shown} and ${jobIds.length - 10} more` : shown;
}

export const doneText = (jobIds: readonly number[]): string =>
  jobIds.length === 1
    ? `Job ${jobIdsText(jobIds)} was submitted`
    : `${jobIds.length.toLocaleString('en')} jobs were submitted: ${jobIdsText(jobIds)}`;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'The submission failed.';

const isAboutProxy = (error: unknown): boolean => isWmsError(error) && error.code.startsWith('proxy.');

function progressText(submission: Submission): string | undefined {
  if (submission.phase === 'packing') return 'Packing the input sandbox';
  if (submission.phase === 'uploading')
    return `Sending the input sandbox: ${Math.round(submission.share * 100)} %`;
  return submission.phase === 'submitting' ? 'Submitting' : undefined;
}

/** How a single job gets on, live; many are watched in the Job Monitor. */
function OneJobStatus({ jobIds }: { readonly jobIds: readonly number[] }): ReactNode {
  const [jobId = 0] = jobIds;
  const { data } = useQuery({ ...jobQuery(jobId), enabled: jobIds.length === 1 });
  const status = data?.attributes['Status'];
  return typeof status === 'string' ? (
    <span role="status" aria-label={`Job ${jobId}: ${status}`}>
      <JobStatusBadge status={status} />
    </span>
  ) : null;
}

export interface OutcomeProps {
  readonly submission: Submission;
  readonly onShowJobs: (jobIds: readonly number[]) => void;
  readonly onUploadProxy: () => void;
}

export function Outcome({ onShowJobs, onUploadProxy, submission }: OutcomeProps): ReactNode {
  if (submission.phase === 'done')
    return (
      <Notice
        tone="good"
        action={
          <Button icon="list" onClick={() => onShowJobs(submission.jobIds)}>
            Show Job
          </Button>
        }
      >
        <strong>{doneText(submission.jobIds)}.</strong> <OneJobStatus jobIds={submission.jobIds} /> The draft
        stays here for a variant.
      </Notice>
    );
  if (submission.phase === 'failed')
    return (
      <Notice
        tone="fail"
        action={
          isAboutProxy(submission.error) && (
            <Button icon="upload" onClick={onUploadProxy}>
              Proxy Upload
            </Button>
          )
        }
      >
        <strong>Nothing was submitted.</strong> {messageOf(submission.error)}
      </Notice>
    );
  const progress = progressText(submission);
  if (progress === undefined) return null;
  return (
    <div className="row" role="status">
      <span className="spinner" aria-hidden="true" />
      <span className="grow">{progress}</span>
      {submission.phase === 'uploading' && (
        <progress aria-label="Input sandbox sent" value={submission.share} max={1} />
      )}
    </div>
  );
}
