/** Why a job waits, and where a draft would fit. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';

export type JobExplanation = AnswerOf<Routes['GET /bff/jobs/:jobId/explanation']>;
export type CurrentExplanation = NonNullable<JobExplanation['now']>;
export type Cause = CurrentExplanation['causes'][number];
export type Fit = Pick<CurrentExplanation, 'fits' | 'of' | 'requirements' | 'sites'>;

/** While the job waits its surroundings change without an event of the job: asked anew every so often. */
const againMs = 5000;

/** The key is that of everything about one job, so that its live events reach it. */
export const jobExplanationQuery = (jobId: number) =>
  queryOptions({
    queryKey: ['jobs', 'one', jobId, 'explanation'],
    queryFn: ({ signal }) => api.call('GET /bff/jobs/:jobId/explanation', { params: { jobId } }, { signal }),
    refetchInterval: ({ state }) => (state.data?.now ? againMs : false),
  });

/** The answer before stays in view while the next one is worked out. */
export const dryRunQuery = (jdl: string) =>
  queryOptions({
    queryKey: ['launchpad', 'dry-run', jdl],
    queryFn: ({ signal }) => api.call('POST /bff/jobs/dry-run', { body: { jdl } }, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 60_000,
    retry: false,
  });
