/** How a bulk is spoken of: how far it is, what became of it. Pure. */
import type { Bulk } from '../../server-state/bulks.ts';

const number = (value: number): string => value.toLocaleString('en');

export const jobsText = (count: number): string => `${number(count)} ${count === 1 ? 'job' : 'jobs'}`;

/** First and last id. */
export const rangeOf = ({ firstJobId, jobCount }: Pick<Bulk, 'firstJobId' | 'jobCount'>) => ({
  first: firstJobId,
  last: firstJobId + jobCount - 1,
});

const idsText = (bulk: Bulk): string => {
  const { first, last } = rangeOf(bulk);
  return first === last ? `${first}` : `${first} – ${last}`;
};

export interface BulkWords {
  readonly tone: 'info' | 'good' | 'warn';
  readonly title: string;
  readonly detail: string;
  /** 0 to 1 while jobs are being made. */
  readonly share?: number;
}

export function wordsOf(bulk: Bulk): BulkWords {
  const { expanded, jobCount, state } = bulk;
  switch (state) {
    case 'Unconfirmed':
      return {
        tone: 'warn',
        title: `${jobsText(jobCount)} wait for your confirmation`,
        detail: 'Nothing starts before; without it the submission is given up.',
      };
    case 'Expanding':
      return {
        tone: 'info',
        title: `${number(expanded)} of ${number(jobCount)} are in the queue`,
        detail: `Jobs ${idsText(bulk)}. This goes on without the window.`,
        share: expanded / jobCount,
      };
    case 'Complete':
      return {
        tone: 'good',
        title: `${jobsText(jobCount)} ${jobCount === 1 ? 'was' : 'were'} submitted: ${idsText(bulk)}`,
        detail: 'The draft stays here for a variant.',
      };
    case 'Abandoned':
      return {
        tone: 'warn',
        title: bulk.isSettled ? `The ${jobsText(jobCount)} were stopped` : 'Stopping',
        detail: bulk.isSettled
          ? `${number(expanded)} of them were made; none waits or runs any more.`
          : 'Nothing more starts; jobs that wait or run are being killed.',
      };
  }
}
