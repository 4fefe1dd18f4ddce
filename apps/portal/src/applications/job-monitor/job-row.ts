/** A row of the job grid, read out of the loose record of the search answer. */
import { isJobStatus, type JobStatus } from '@wm/wms-core/vocabulary';
import { valueText } from '../../server-state/search-page.ts';
import type { Row } from '../../widgets/grid-application/live-rows.ts';

export const jobIdOf = (row: Row): number => Number(row['JobID']);

const textOf = (row: Row, name: string): string => valueText(row[name]);

export interface JobRow {
  readonly jobId: number;
  /** Undefined for a status this portal does not know. */
  readonly status: JobStatus | undefined;
  readonly statusWord: string;
  readonly minorStatus: string;
  readonly jobName: string;
  readonly site: string;
  readonly owner: string;
  readonly ownerGroup: string;
  readonly jobGroup: string;
}

export function readJobRow(row: Row): JobRow {
  const statusWord = textOf(row, 'Status');
  return {
    jobId: jobIdOf(row),
    status: isJobStatus(statusWord) ? statusWord : undefined,
    statusWord,
    minorStatus: textOf(row, 'MinorStatus'),
    jobName: textOf(row, 'JobName'),
    site: textOf(row, 'Site'),
    owner: textOf(row, 'Owner'),
    ownerGroup: textOf(row, 'OwnerGroup'),
    jobGroup: textOf(row, 'JobGroup'),
  };
}
