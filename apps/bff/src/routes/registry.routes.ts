/** Membership: requests, members, suspension and the preview of a log-in, below `/bff/registry`. */
import type { Core, MembershipRequest, VoMember } from '@wm/wms-core/vocabulary';
import { callOrigin } from '../auth/call-origin.ts';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';

type RegistryRoutes =
  | 'GET /bff/registry/open-vos'
  | 'GET /bff/registry/own-requests'
  | 'POST /bff/registry/own-requests'
  | 'DELETE /bff/registry/own-requests/:requestId'
  | 'GET /bff/registry/own-suspensions'
  | 'GET /bff/registry/requests'
  | 'POST /bff/registry/requests/:requestId/grant'
  | 'POST /bff/registry/requests/:requestId/refuse'
  | 'GET /bff/registry/members'
  | 'GET /bff/registry/synchronisation'
  | 'DELETE /bff/registry/members/:accountId/groups/:group'
  | 'PUT /bff/registry/members/:accountId/suspension'
  | 'DELETE /bff/registry/members/:accountId/suspension'
  | 'POST /bff/registry/preview';

const shownRequest = ({ requestedAtMs, decidedAtMs, ...request }: MembershipRequest) => ({
  ...request,
  requestedAt: iso(requestedAtMs),
  decidedAt: isoOrNull(decidedAtMs),
});

const shownMember = ({ lastLogInAtMs, suspension, groups, ...member }: VoMember) => ({
  ...member,
  lastLogInAt: iso(lastLogInAtMs),
  groups: groups.map(({ group, sources }) => ({ group, sources: [...sources] })),
  suspension: suspension && {
    reason: suspension.reason,
    by: suspension.by,
    at: isoOrNull(suspension.atMs),
  },
});

export function registryRoutes({ registry }: Pick<Core, 'registry'>): HandlersOf<RegistryRoutes> {
  return {
    'GET /bff/registry/open-vos': async ({ signedIn }) => ({
      vos: [...(await registry.openVos(signedIn.accountId))],
    }),
    'GET /bff/registry/own-requests': async ({ signedIn }) => ({
      requests: (await registry.ownRequests(signedIn.accountId)).map(shownRequest),
    }),
    'POST /bff/registry/own-requests': async ({ request, signedIn, body }) => {
      const from = callOrigin(request, 'session');
      const made = await registry.request(signedIn.accountId, body.vo, body.motivation, from);
      return { request: shownRequest(made) };
    },
    'DELETE /bff/registry/own-requests/:requestId': async ({ request, signedIn, params }) =>
      registry.withdraw(signedIn.accountId, params.requestId, callOrigin(request, 'session')),
    'GET /bff/registry/own-suspensions': async ({ signedIn }) => ({
      suspensions: [...(await registry.ownSuspensions(signedIn.accountId))],
    }),
    'GET /bff/registry/requests': async ({ principal }) => ({
      requests: (await registry.requests(principal)).map(shownRequest),
      grantableGroups: [...(await registry.grantableGroups(principal))],
    }),
    'POST /bff/registry/requests/:requestId/grant': async ({ principal, params, body }) => ({
      request: shownRequest(await registry.grant(principal, params.requestId, body.group)),
    }),
    'POST /bff/registry/requests/:requestId/refuse': async ({ principal, params, body }) => ({
      request: shownRequest(await registry.refuse(principal, params.requestId, body.reason)),
    }),
    'GET /bff/registry/members': async ({ principal }) => ({
      members: (await registry.members(principal)).map(shownMember),
    }),
    'GET /bff/registry/synchronisation': async ({ principal }) => {
      const told = await registry.synchronisation(principal);
      if (told === undefined) return { synchronisation: null };
      const { synchronisedAtMs, ...rest } = told;
      return { synchronisation: { ...rest, synchronisedAt: isoOrNull(synchronisedAtMs) } };
    },
    'DELETE /bff/registry/members/:accountId/groups/:group': async ({ principal, params }) =>
      registry.endMembership(principal, params.accountId, params.group),
    'PUT /bff/registry/members/:accountId/suspension': async ({ principal, params, body }) =>
      registry.suspend(principal, params.accountId, body.reason),
    'DELETE /bff/registry/members/:accountId/suspension': async ({ principal, params }) =>
      registry.resume(principal, params.accountId),
    'POST /bff/registry/preview': async ({ principal, body }) => {
      const { fqans, groups, missing, ...counts } = await registry.preview(
        principal,
        body.userName,
        body.entitlements,
      );
      return { ...counts, fqans: [...fqans], groups: [...groups], missing: [...missing] };
    },
  };
}
