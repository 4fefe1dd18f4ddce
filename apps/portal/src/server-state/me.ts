/** Who am I: account, groups, and the group this tab acts in. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { isWmsError, type GroupProperty } from '@wm/wms-core/vocabulary';
import { useSyncExternalStore } from 'react';
import { session, type SessionState } from '../session/session-state.ts';
import { api, directApi, onLostGroup } from './api.ts';
import { queryClient } from './query-client.ts';

export type Me = AnswerOf<Routes['GET /bff/me']>;
export type Membership = Me['memberships'][number];

const groupKey = 'wm.group';

/** The group of this tab: the one asked for, the one of before the reload, the account's own, or the first. */
export function chooseGroup(
  me: Pick<Me, 'memberships' | 'activeGroup'>,
  ...wanted: readonly (string | null | undefined)[]
): string | undefined {
  const isMine = (group: string | null | undefined): group is string =>
    me.memberships.some((membership) => membership.group === group);
  return [...wanted, me.activeGroup].find(isMine) ?? me.memberships[0]?.group;
}

/** Takes in who is there; undefined = nobody is logged in. */
export async function loadMe(wantedGroup?: string): Promise<Me | undefined> {
  try {
    const me = await directApi.call('GET /bff/me', {});
    session.signedIn(me);
    session.actIn(chooseGroup(me, wantedGroup, session.get().group, sessionStorage.getItem(groupKey)));
    queryClient.setQueryData(meQuery.queryKey, me);
    return me;
  } catch (error) {
    if (!isWmsError(error) || error.code !== 'access.unauthenticated') throw error;
    session.refused();
    return undefined;
  }
}

let asking: Promise<unknown> | undefined;

/** Calls of many windows are refused at once; one answer tells all of them which groups are left. */
onLostGroup(() => {
  asking ??= loadMe()
    .catch(() => undefined)
    .finally(() => {
      asking = undefined;
    });
});

/** The answer is the same in every group. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.call('GET /bff/me', {}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

export const useSession = (): SessionState => useSyncExternalStore(session.subscribe, session.get);

/** The account that is logged in. Only for what is drawn after the log-in. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (data === undefined) throw new Error('useMe is for pages behind the log-in.');
  return data;
}

/** VO, group and properties that this tab acts with; undefined for an account without any group. */
export function useMembership(): Membership | undefined {
  const me = useMe();
  const { group } = useSession();
  return me.memberships.find((membership) => membership.group === group);
}

/** Whether the acting group has any of the properties; no list = every member of a group. */
export function allows(
  membership: Pick<Membership, 'properties'> | undefined,
  anyOf: readonly GroupProperty[] | undefined,
): boolean {
  if (membership === undefined) return false;
  return anyOf === undefined || anyOf.some((property) => membership.properties.includes(property));
}

/** Acts in another group from now on, in this tab at once and for later log-ins as the default. */
export async function switchGroup(group: string): Promise<void> {
  session.actIn(group);
  sessionStorage.setItem(groupKey, group);
  await api.call('POST /bff/me/group', { body: { group } });
}

export async function staySignedIn(): Promise<void> {
  session.prolonged(await api.call('POST /bff/me/touch', {}));
}

/**
 * Ends the session, here and then at the identity provider, which leads back. The page is left in any case, so that
 * nothing of the session stays in memory.
 */
export async function logOut(): Promise<void> {
  const { endSessionUrl } = await directApi.call('POST /bff/logout', {});
  sessionStorage.removeItem(groupKey);
  location.assign(endSessionUrl ?? '/');
}
