/** The proxy wizard's calls, the list of proxies, and their hand-out. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WmsError, type Core, type StoredProxy } from '@wm/wms-core/vocabulary';
import { authorityFiles } from '@wm/wms-core/issuing-authority';
import type { Installation } from '../installation.ts';
import type { HandlersOf } from '../http/handler.ts';
import { holderHash } from '../auth/holder.ts';
import { beginProxyLogIn, type ProxyLogInDeps } from '../auth/proxy-log-in.ts';
import { iso, isoOrNull } from './iso.ts';
import { refuseLogin } from './session.routes.ts';

type ProxyRoutes =
  | 'POST /bff/proxies/requests'
  | 'PUT /bff/proxies/requests/:requestId'
  | 'POST /bff/proxies/issue'
  | 'GET /bff/proxies/log-in'
  | 'GET /bff/issuing-authority/:fileName'
  | 'GET /bff/proxies/status'
  | 'GET /bff/proxies/group'
  | 'POST /bff/proxies/take'
  | 'GET /bff/proxies'
  | 'DELETE /bff/proxies/:proxyId';

function shown({ validUntilMs, createdAtMs, lastUsedAtMs, groups, ...rest }: StoredProxy) {
  return {
    ...rest,
    groups: [...groups],
    validUntil: iso(validUntilMs),
    createdAt: iso(createdAtMs),
    lastUsedAt: isoOrNull(lastUsedAtMs),
  };
}

export interface ProxyRoutesDeps extends ProxyLogInDeps {
  readonly core: Pick<Core, 'proxies' | 'tokenGrants'>;
  readonly installation: Pick<Installation, 'issuingFolder'>;
}

export function proxyRoutes(deps: ProxyRoutesDeps): HandlersOf<ProxyRoutes> {
  const { proxies } = deps.core;
  const { issuingFolder } = deps.installation;
  return {
    'POST /bff/proxies/requests': async ({ principal, request, credential }) => {
      const sessionHash = holderHash(request, credential);
      const { requestId, csrPem, expiresAtMs } = await proxies.request(principal, sessionHash);
      return { requestId, csrPem, expiresAt: iso(expiresAtMs) };
    },
    'PUT /bff/proxies/requests/:requestId': async ({ principal, request, credential, params, body }) => {
      const sessionHash = holderHash(request, credential);
      const { chainPem, groups } = body;
      const { proxy, kept } = await proxies.complete(
        principal,
        sessionHash,
        params.requestId,
        chainPem,
        groups,
      );
      return { proxy: shown(proxy), kept };
    },
    'GET /bff/proxies/status': async ({ principal }) => {
      const [{ validUntilMs, ...status }, provider = null] = await Promise.all([
        proxies.status(principal),
        proxies.offer(principal),
      ]);
      return { ...status, validUntil: isoOrNull(validUntilMs), canIssue: provider !== null, provider };
    },
    'GET /bff/proxies/group': async ({ principal }) => {
      const { properties, voms, ...terms } = await proxies.groupTerms(principal);
      return { ...terms, properties: [...properties], voms: voms ?? null };
    },
    'POST /bff/proxies/take': async ({ principal, body }) => {
      const { validUntilMs, fqans, ...taken } = await proxies.take(principal, body);
      return { ...taken, fqans: [...fqans], validUntil: iso(validUntilMs) };
    },
    'POST /bff/proxies/issue': async ({ principal }) => ({ proxy: shown(await proxies.issue(principal)) }),
    'GET /bff/proxies/log-in': async ({ request, response, query, signedIn }) => {
      try {
        response.redirect(302, await beginProxyLogIn(deps, request, signedIn, query.returnTo));
      } catch (error) {
        refuseLogin(request, response, error, query.returnTo);
      }
    },
    'GET /bff/issuing-authority/:fileName': async ({ params, response }) => {
      const isOurs = Object.values<string>(authorityFiles).includes(params.fileName);
      if (issuingFolder === undefined || !isOurs)
        throw new WmsError('not-found', `There is no file “${params.fileName}” here.`);
      response.type('application/x-pem-file').send(await readFile(join(issuingFolder, params.fileName)));
    },
    'GET /bff/proxies': async ({ principal }) => ({
      proxies: (await proxies.list(principal)).map(shown),
    }),
    'DELETE /bff/proxies/:proxyId': async ({ principal, params }) =>
      proxies.remove(principal, params.proxyId),
  };
}
