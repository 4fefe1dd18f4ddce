/** The registry of the acting group's VO, for its managers. Keys begin with `registry`. */
import { queryOptions } from '@tanstack/react-query';
import type { AnswerOf, BodyOf, Routes } from '@wm/api-contract';
import { api } from './api.ts';
import { queryClient } from './query-client.ts';

export type VoRequest = AnswerOf<Routes['GET /bff/registry/requests']>['requests'][number];
export type VoMember = AnswerOf<Routes['GET /bff/registry/members']>['members'][number];
export type LogInTrial = AnswerOf<Routes['POST /bff/registry/preview']>;

/** No live event tells of a new request, so the list is read again while somebody looks at it. */
const everyMs = 20_000;

const requestList = queryOptions({
  queryKey: ['registry', 'requests'],
  queryFn: ({ signal }) => api.call('GET /bff/registry/requests', {}, { signal }),
  refetchInterval: everyMs,
});

/** Open ones first. */
export const requestsQuery = queryOptions({ ...requestList, select: ({ requests }) => requests });

/** Of the VO, those that this manager may make somebody a member of. */
export const grantableGroupsQuery = queryOptions({
  ...requestList,
  select: ({ grantableGroups }) => grantableGroups,
});

export const membersQuery = queryOptions({
  queryKey: ['registry', 'members'],
  queryFn: async ({ signal }) => (await api.call('GET /bff/registry/members', {}, { signal })).members,
});

/** Null for a VO without membership service. */
export const synchronisationQuery = queryOptions({
  queryKey: ['registry', 'synchronisation'],
  queryFn: async ({ signal }) =>
    (await api.call('GET /bff/registry/synchronisation', {}, { signal })).synchronisation,
});

export type MemberSynchronisation = NonNullable<
  AnswerOf<Routes['GET /bff/registry/synchronisation']>['synchronisation']
>;

export const tryLogIn = (body: BodyOf<Routes['POST /bff/registry/preview']>): Promise<LogInTrial> =>
  api.call('POST /bff/registry/preview', { body });

const reread = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['registry'] });

/** What was decided by somebody else meanwhile is seen, too. */
async function changing<T>(change: Promise<T>): Promise<void> {
  try {
    await change;
  } finally {
    await reread();
  }
}

export const grantRequest = (requestId: number, group: string): Promise<void> =>
  changing(
    api.call('POST /bff/registry/requests/:requestId/grant', { params: { requestId }, body: { group } }),
  );

export const refuseRequest = (requestId: number, reason: string): Promise<void> =>
  changing(
    api.call('POST /bff/registry/requests/:requestId/refuse', { params: { requestId }, body: { reason } }),
  );

export const endMembership = (accountId: string, group: string): Promise<void> =>
  changing(
    api.call('DELETE /bff/registry/members/:accountId/groups/:group', { params: { accountId, group } }),
  );

export const suspendMember = (accountId: string, reason: string): Promise<void> =>
  changing(
    api.call('PUT /bff/registry/members/:accountId/suspension', { params: { accountId }, body: { reason } }),
  );

export const liftSuspension = (accountId: string): Promise<void> =>
  changing(api.call('DELETE /bff/registry/members/:accountId/suspension', { params: { accountId } }));
