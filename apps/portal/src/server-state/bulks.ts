/**
 * Bulks as the portal starts and watches them. Keys begin with `bulks`. The live events name jobs only, so a window
 * that shows bulks on their way reads them again when jobs ring, see `useBulks`.
 */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { useEffect } from 'react';
import { api } from './api.ts';
import { onLiveEvent } from './live.ts';
import { useMembership } from './me.ts';
import { queryClient } from './query-client.ts';

export type Bulk = AnswerOf<Routes['GET /bff/bulks/:bulkId']>;

const bulksQuery = (group: string) =>
  queryOptions({
    queryKey: ['bulks', group],
    queryFn: async ({ signal }) => (await api.call('GET /bff/bulks', {}, { signal })).bulks,
  });

const readBulksAgain = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['bulks'] });

/** A repetition with the same key makes no second bulk. */
export async function submitBulk(jdls: readonly string[], requestKey: string): Promise<Bulk> {
  const bulk = await api.call(
    'POST /bff/bulks',
    { body: { jdls: [...jdls] } },
    { headers: { 'Idempotency-Key': requestKey } },
  );
  await readBulksAgain();
  return bulk;
}

export async function decideBulk(bulkId: number, decision: 'confirm' | 'abandon'): Promise<void> {
  try {
    await api.call(`POST /bff/bulks/:bulkId/${decision}`, { params: { bulkId } });
  } finally {
    await readBulksAgain();
  }
}

/** Own bulks of the acting group's VO, newest first; fresh while one of them is on its way. */
export function useBulks(): readonly Bulk[] {
  const group = useMembership()?.group ?? '';
  const { data = [] } = useQuery(bulksQuery(group));
  const isMoving = data.some(({ isSettled }) => !isSettled);
  useEffect(
    () =>
      isMoving
        ? onLiveEvent(({ type }) => {
            if (type === 'changed') void readBulksAgain();
          })
        : undefined,
    [isMoving],
  );
  return data;
}
