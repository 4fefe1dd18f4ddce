/** Is there room for the database and the sandboxes? */
import { healthCheck } from '../health-check.ts';

const mebibyte = 1_048_576;
const leastBytes = 64 * mebibyte;
const fewBytes = 1024 * mebibyte;
const fewShare = 0.05;

export const diskCheck = healthCheck({
  id: 'disk',
  title: 'Disk',
  group: 'storage',
  about:
    'Free space where the data folder lies. Warning below 1 GiB or 5 %, critical below 64 MiB: nothing is accepted any more then.',
  isVital: true,
  fact: 'disk',
  judge: ({ freeBytes, totalBytes }) => {
    const figure = { value: freeBytes, unit: 'bytes' } as const;
    const toDo = 'Make room or give the data folder a larger disk; shorter keeping times free space too.';
    if (freeBytes < leastBytes)
      return [
        { status: 'critical', means: 'The disk is full; nothing can be stored any more.', toDo, figure },
      ];
    if (freeBytes < fewBytes || freeBytes < totalBytes * fewShare)
      return [{ status: 'warning', means: 'The disk will be full soon.', toDo, figure }];
    return [{ status: 'ok', means: 'There is room for the database and the sandboxes.', figure }];
  },
});
