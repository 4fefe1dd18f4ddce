/** Group or owner used more than their due of late, so others go first. Only told where others compete. */
import { instantText } from '../../kernel/instant-text.ts';
import type { CauseKind } from '../cause.ts';
import type { ShareState } from '../world.ts';
import { counted } from '../words.ts';

const percent = (part: number): string => `${Math.round(part * 100)} %`;

const nameOf: Record<ShareState['level'], string> = {
  group: 'The group',
  owner: 'The owner of the job',
};

/** A correction closer to 1 than this makes no difference anybody would notice. */
const noticeable = 0.95;

export const shareUsedCause: CauseKind = {
  id: 'share-used',
  question: 'when',
  about: 'Did group or owner use more than their share of late?',
  find: ({ job, open }) =>
    open.length === 0 || job.rivals === null || job.rivals.queues === 0
      ? []
      : job.shares
          .filter(({ correction }) => correction < noticeable)
          .map(({ level, due, used, recoversAtMs, startsOfOthers }) => ({
            id: 'share-used',
            effect: 'delays',
            sentence: `${nameOf[level]} used ${percent(used)} of late where ${percent(due)} was due, so others go first.`,
            remedy: `That is even after about ${counted(startsOfOthers, 'job')} of others${recoversAtMs === null ? '' : `, at the pace of late by ${instantText(recoversAtMs)}`}.`,
            endsAtMs: recoversAtMs,
            obstacles: [],
          })),
};
