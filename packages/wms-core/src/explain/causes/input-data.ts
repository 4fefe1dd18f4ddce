/** Input data that no storage can give now. Silent until a file catalog is attached: nobody else could tell. */
import type { CauseKind } from '../cause.ts';

export const inputDataCause: CauseKind = {
  id: 'input-data',
  question: 'whether',
  about: 'Can the input data be read somewhere? Told once a file catalog is attached.',
  find: ({ job }) =>
    job.inputData === null ? [] : [{ id: 'input-data', effect: 'blocks', ...job.inputData, obstacles: [] }],
};
