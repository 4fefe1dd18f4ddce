/** Columns of the job grid: titles and default visibility of portal.md §2.2, what is read most comes first. */
import type { ColumnSpec } from '../../widgets/grid-application/column-spec.ts';
import type { CardSpec } from '../../widgets/grid-application/card-spec.ts';

export const jobColumns: readonly ColumnSpec[] = [
  { id: 'JobID', title: 'JobId', kind: 'id', width: 84, isFixed: true },
  { id: 'Status', title: 'Status', kind: 'status', width: 126 },
  { id: 'MinorStatus', title: 'MinorStatus', kind: 'soft', width: 176, grows: true },
  { id: 'Site', title: 'Site', kind: 'text', width: 134 },
  { id: 'JobName', title: 'JobName', kind: 'text', width: 130, grows: true },
  { id: 'LastUpdateTime', title: 'LastUpdate[UTC]', kind: 'instant', width: 126 },
  { id: 'ApplicationStatus', title: 'ApplicationStatus', kind: 'soft', width: 130 },
  { id: 'VO', title: 'VO', kind: 'soft', width: 124 },
  { id: 'Owner', title: 'Owner', kind: 'soft', width: 90 },
  { id: 'OwnerGroup', title: 'OwnerGroup', kind: 'soft', width: 112 },
  { id: 'SubmissionTime', title: 'SubmissionTime[UTC]', kind: 'instant', width: 154 },
  { id: 'HeartBeatTime', title: 'LastSignOfLife[UTC]', kind: 'instant', width: 148 },
  { id: 'RescheduleCounter', title: 'RescheduleCounter', kind: 'number', width: 130, isHidden: true },
  { id: 'JobGroup', title: 'JobGroup', kind: 'soft', width: 100, isHidden: true },
  { id: 'JobType', title: 'JobType', kind: 'soft', width: 80, isHidden: true },
  { id: 'UserPriority', title: 'UserPriority', kind: 'number', width: 96, isHidden: true },
  { id: 'StartExecTime', title: 'StartExecTime[UTC]', kind: 'instant', width: 148, isHidden: true },
  { id: 'EndExecTime', title: 'EndExecTime[UTC]', kind: 'instant', width: 144, isHidden: true },
];

export const jobCard: CardSpec = {
  status: 'Status',
  detail: 'MinorStatus',
  instant: 'LastUpdateTime',
  name: 'JobName',
  id: 'JobID',
  place: 'Site',
  note: 'ApplicationStatus',
};

/** Everything the grid, its menu and its column chooser need of a job. */
export const jobParameters: readonly string[] = jobColumns.map((column) => column.id);
