/** Input data that no storage can give now. Silent while the installation has no source of data. */
import type { CauseKind } from '../cause.ts';

export const inputDataCause: CauseKind = {
  id: 'input-data',
  about: 'Can the input data be read somewhere?',
  find: ({ job }) =>
    job.inputData === null ? [] : [{ id: 'input-data', effect: 'blocks', ...job.inputData, obstacles: [] }],
};
