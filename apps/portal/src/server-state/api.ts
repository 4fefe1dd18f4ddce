/**
 * The portal's way to the server: the typed client with the session's CSRF token and group. A call that is
 * refused because the session ended, or because it needs a fresh log-in, waits for that and is then sent again.
 * One that is refused because the membership in the tab's group ended fails, and who is here is asked again.
 */
import { createClient, type ApiClient, type CallInput, type CallOptions } from '@wm/api-contract/client';
import type { RouteKey } from '@wm/api-contract';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { isSomebodyThere } from '../session/presence.ts';
import { meansLostGroup } from '../session/lost-group.ts';
import { session } from '../session/session-state.ts';

/** Headers of every request to our server; also for uploads that do not go through the client. */
export function requestHeaders(): Readonly<Record<string, string>> {
  const { csrfToken, group } = session.get();
  return {
    ...(csrfToken === undefined ? {} : { 'X-CSRF-Token': csrfToken }),
    ...(group === undefined ? {} : { 'X-WM-Group': group }),
    ...(isSomebodyThere() ? {} : { 'X-WM-Background': '1' }),
  };
}

/** The same without waiting for a log-in: for asking who is there at all. */
export const directApi = createClient({ baseUrl: '', headers: requestHeaders });

let whenGroupIsLost = (): void => undefined;

/** `run` is called at each refusal that means so. One at a time; it reads who is here with `directApi`. */
export function onLostGroup(run: () => void): void {
  whenGroupIsLost = run;
}

const waitsForLogIn = new Set<string>(['access.unauthenticated', 'access.stale-log-in']);

async function patiently<T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { accountId, group } = session.get();
  try {
    return await send();
  } catch (error) {
    if (meansLostGroup(error, group)) whenGroupIsLost();
    if (!isWmsError(error) || !waitsForLogIn.has(error.code)) throw error;
    if (error.code === 'access.stale-log-in') session.confirming();
    else session.refused();
    if (session.get().phase !== 'expired') throw error;
    await session.settled(signal);
    // Never repeat one person's request in the name of another.
    if (session.get().accountId !== accountId) throw error;
    return send();
  }
}

export const api: ApiClient = {
  call: <K extends RouteKey>(key: K, input: CallInput<K>, options: CallOptions = {}) =>
    patiently(() => directApi.call(key, input, options), options.signal),
  callWithHeaders: <K extends RouteKey>(key: K, input: CallInput<K>, options: CallOptions = {}) =>
    patiently(() => directApi.callWithHeaders(key, input, options), options.signal),
};
