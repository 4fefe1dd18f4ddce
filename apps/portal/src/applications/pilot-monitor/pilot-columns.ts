/** Columns of the pilot grid, in the words of the classic Pilot Monitor. */
import type { ColumnSpec } from '../../widgets/grid-application/column-spec.ts';
import type { CardSpec } from '../../widgets/grid-application/card-spec.ts';

export const pilotColumns: readonly ColumnSpec[] = [
  {
    id: 'PilotJobReference',
    title: 'PilotJobReference',
    kind: 'mono',
    width: 190,
    grows: true,
    isFixed: true,
  },
  { id: 'Status', title: 'Status', kind: 'status', width: 126 },
  { id: 'GridSite', title: 'Site', kind: 'text', width: 138 },
  { id: 'DestinationSite', title: 'ComputingElement', kind: 'text', width: 150 },
  { id: 'CurrentJobID', title: 'CurrentJobID', kind: 'id', width: 104 },
  { id: 'GridType', title: 'GridType', kind: 'soft', width: 84 },
  { id: 'VO', title: 'VO', kind: 'soft', width: 120 },
  { id: 'LastUpdateTime', title: 'LastUpdateTime[UTC]', kind: 'instant', width: 154 },
  { id: 'SubmissionTime', title: 'SubmissionTime[UTC]', kind: 'instant', width: 154 },
  { id: 'StatusReason', title: 'StatusReason', kind: 'soft', width: 200, isHidden: true },
  { id: 'Queue', title: 'Queue', kind: 'soft', width: 100, isHidden: true },
  { id: 'PilotStamp', title: 'PilotStamp', kind: 'mono', width: 240, isHidden: true },
  { id: 'BenchMark', title: 'BenchMark', kind: 'number', width: 94, isHidden: true },
  { id: 'PilotID', title: 'PilotID', kind: 'id', width: 80, isHidden: true },
];

export const pilotCard: CardSpec = {
  status: 'Status',
  detail: 'StatusReason',
  instant: 'LastUpdateTime',
  name: 'PilotJobReference',
  id: 'CurrentJobID',
  place: 'GridSite',
  note: 'DestinationSite',
};

export const pilotParameters: readonly string[] = pilotColumns.map((column) => column.id);
