/** `GET /bff/events`: the bell. */
import type { HandlersOf } from '../http/handler.ts';
import { holderHash } from '../auth/holder.ts';
import type { LiveStreams } from '../live/live-streams.ts';

/** Nonsense counts as nothing missed: the client refetches on `hello` anyway. */
const sequenceOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;

export function eventRoutes(streams: LiveStreams): HandlersOf<'GET /bff/events'> {
  return {
    'GET /bff/events': async ({ request, response, principal, credential }) => {
      const after = sequenceOf(request.get('last-event-id'));
      const endsAtMs = credential.kind === 'token' ? credential.expiresAtMs : undefined;
      const holder = { hash: holderHash(request, credential), endsAtMs };
      await streams.serve(response, principal, holder, after);
      // The answer goes on until the client leaves; the binder must not end it.
    },
  };
}
