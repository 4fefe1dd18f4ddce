/**
 * Every route that names an object of somebody: how the object comes to be, and who may know of it. Asked by
 * `object-access.test.ts`, which tries all others too. A route with a parameter that stands in neither list is a fault.
 */
import assert from 'node:assert/strict';
import type { RouteKey } from '@wm/api-contract';
import { uploadDemoProxy } from './real-server.ts';
import type { Visitor } from './visitor.ts';

/** Everybody who tries: as whom, and in which group. */
export const askers = {
  owner: ['mkolar', 'access_user'],
  'owner in a group of another VO': ['mkolar', 'training_user'],
  'colleague of the VO': ['iortega', 'access_user'],
  'manager of the VO': ['iortega', 'access_admin'],
  'user of another VO': ['jlind', 'training_user'],
  'manager of another VO': ['jlind', 'training_admin'],
} as const;

export type Asker = keyof typeof askers;

const managerProperties =
  '[JobAdministrator, JobMonitor, Operator, SiteManager, ProxyManagement, UserManager, CSAdministrator, NormalUser]';

export const objectConfiguration = `
vos:
  vo.access.egi.eu:
    acceptsRequests: true
    defaultGroup: access_user
    groups:
      access_user: { properties: [NormalUser], users: [mkolar, iortega, kim] }
      access_admin: { properties: ${managerProperties}, users: [iortega] }
  training.egi.eu:
    groups:
      training_user: { properties: [NormalUser], users: [mkolar, jlind] }
      training_admin: { properties: ${managerProperties}, users: [jlind] }
users: { mkolar: {}, iortega: {}, jlind: {}, kim: {}, nora: {}, otto: {}, pia: {} }
sites: {}
`;

export interface World {
  readonly as: (userName: string) => Visitor;
  readonly logIn: (userName: string) => Promise<Visitor>;
}

type Parameters = Readonly<Record<string, string | number>>;

interface RouteObject {
  readonly make: (world: World) => Promise<Parameters>;
  readonly knownTo: readonly Asker[];
  /** By the group of who asks. */
  readonly body?: (group: string) => unknown;
  readonly query?: string;
}

async function call(
  visitor: Visitor,
  method: string,
  path: string,
  body?: unknown,
  group: string | null = 'access_user',
): Promise<unknown> {
  const headers: Readonly<Record<string, string>> = group === null ? {} : { 'x-wm-group': group };
  const response = await visitor.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

const idIn = (answer: unknown, ...path: readonly (string | number)[]): string => {
  let value = answer;
  for (const step of path) value = (value as Readonly<Record<string, unknown>>)[step];
  assert.ok(typeof value === 'string' || typeof value === 'number', path.join('.'));
  return String(value);
};

const owner = ({ as }: World): Visitor => as('mkolar');

/** Without a proxy nothing is submitted, and some of the routes take it away. */
async function withProxy(world: World): Promise<void> {
  const { state } = (await call(owner(world), 'GET', '/bff/proxies/status')) as { readonly state: string };
  if (state !== 'Valid') await proxy(world);
}

async function job(world: World): Promise<Parameters> {
  await withProxy(world);
  const made = await call(owner(world), 'POST', '/api/jobs/jdl', ['[ Executable = "/bin/ls"; ]']);
  return { jobId: idIn(made, 0, 'JobID'), kind: 'output' };
}

async function bulk(world: World): Promise<Parameters> {
  await withProxy(world);
  const jdl = 'Executable = "/bin/echo"; Arguments = "%s"; Parameters = 2; ParameterStep = 1;';
  return {
    bulkId: idIn(await call(owner(world), 'POST', '/bff/bulks', { jdls: [jdl], confirm: true }), 'bulkId'),
  };
}

async function operation(world: World): Promise<Parameters> {
  const search = [{ parameter: 'JobName', operator: 'eq', value: 'None' }];
  const preview = await call(owner(world), 'POST', '/bff/job-operations/preview', { action: 'kill', search });
  const started = await call(owner(world), 'POST', '/bff/job-operations', { token: idIn(preview, 'token') });
  return { operationId: idIn(started, 'operationId') };
}

/** Serves a group of one VO alone: a proxy for several concerns the managers of each. */
async function proxy(world: World): Promise<Parameters> {
  const response = await uploadDemoProxy(owner(world), 'mkolar', ['access_user']);
  return { proxyId: idIn(await response.json(), 'proxy', 'proxyId') };
}

const upload = async (world: World): Promise<Parameters> => ({
  requestId: idIn(await call(owner(world), 'POST', '/bff/proxies/requests'), 'requestId'),
});

async function refreshToken(world: World): Promise<Parameters> {
  const form = (path: string, fields: Readonly<Record<string, string>>) =>
    owner(world).send('POST', path, {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const client_id = 'myDIRACClientID';
  const scope = 'vo:vo.access.egi.eu group:access_user';
  const codes: unknown = await (await form('/api/auth/device', { client_id, scope })).json();
  const decision = { approve: true, group: 'access_user' };
  await call(owner(world), 'POST', `/bff/authorizations/${idIn(codes, 'user_code')}`, decision);
  const device_code = idIn(codes, 'device_code');
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const tokens = await form('/api/auth/token', { client_id, grant_type, device_code });
  assert.equal(tokens.status, 200);
  return { jti: idIn(await call(owner(world), 'GET', '/api/auth/refresh-tokens'), 0, 'JTI') };
}

/** One more of the owner. */
async function session(world: World): Promise<Parameters> {
  await world.logIn('mkolar');
  const { sessions } = (await call(owner(world), 'GET', '/bff/sessions')) as {
    readonly sessions: readonly { readonly sessionId: string; readonly isThisOne: boolean }[];
  };
  return { sessionId: sessions.find(({ isThisOne }) => !isThisOne)?.sessionId ?? '' };
}

/** The only one of the owner: it stays. */
async function logIn(world: World): Promise<Parameters> {
  return { logInId: idIn(await call(owner(world), 'GET', '/bff/log-ins'), 'logIns', 0, 'logInId') };
}

async function certificate(world: World): Promise<Parameters> {
  const listed = await call(owner(world), 'GET', '/bff/certificates');
  return { certificateId: idIn(listed, 'certificates', 0, 'certificateId') };
}

/** The open request of somebody in no group. */
const requestOf =
  (userName: string) =>
  async ({ as }: World): Promise<Parameters> => {
    const asked = { vo: 'vo.access.egi.eu', motivation: 'To try it' };
    const own = (await call(as(userName), 'GET', '/bff/registry/own-requests', undefined, null)) as {
      readonly requests: readonly { readonly requestId: number; readonly decision: string | null }[];
    };
    const open = own.requests.find(({ decision }) => decision === null);
    if (open) return { requestId: open.requestId };
    const made = await call(as(userName), 'POST', '/bff/registry/own-requests', asked, null);
    return { requestId: idIn(made, 'request', 'requestId') };
  };

const accountOf = async (visitor: Visitor): Promise<string> =>
  idIn(await call(visitor, 'GET', '/bff/me', undefined, null), 'accountId');

/** Member of one VO alone, by the configuration. */
const member = async ({ as }: World): Promise<Parameters> => ({ accountId: await accountOf(as('kim')) });

/** Member by a request that was granted. */
async function grantedMember(world: World): Promise<Parameters> {
  const { requestId } = await requestOf('pia')(world);
  const grant = { group: 'access_user' };
  await call(world.as('iortega'), 'POST', `/bff/registry/requests/${requestId}/grant`, grant, 'access_admin');
  return { accountId: await accountOf(world.as('pia')), ...grant };
}

const ofVo: readonly Asker[] = ['owner', 'manager of the VO'];
const ofAccount: readonly Asker[] = ['owner', 'owner in a group of another VO'];
const ofManager: readonly Asker[] = ['manager of the VO'];
const aJob: RouteObject = { make: job, knownTo: ofVo };
const aBulk: RouteObject = { make: bulk, knownTo: ofVo };
const anOperation: RouteObject = { make: operation, knownTo: ofVo };

/** Those of identity providers are of no VO alone: see token-manager.routes.test.ts. */
const aToken: RouteObject = {
  make: async (world) => ({ kind: 'issued', tokenId: (await refreshToken(world))['jti'] ?? '' }),
  knownTo: ofVo,
};

export const routeObjects: Partial<Record<RouteKey, RouteObject>> = {
  'GET /bff/jobs/:jobId': aJob,
  'GET /bff/jobs/:jobId/jdl': aJob,
  'GET /bff/jobs/:jobId/parameters': aJob,
  'GET /bff/jobs/:jobId/logging': aJob,
  'GET /bff/jobs/:jobId/decisions': aJob,
  'GET /bff/jobs/:jobId/peek': aJob,
  'GET /bff/jobs/:jobId/sandbox/:kind': aJob,
  'GET /bff/jobs/:jobId/sandbox/:kind/file': { ...aJob, query: '?name=std.out' },
  'GET /bff/jobs/:jobId/explanation': aJob,
  'GET /api/jobs/:jobId/sandbox': aJob,
  'GET /api/jobs/:jobId/sandbox/:kind': aJob,
  'GET /bff/bulks/:bulkId': aBulk,
  'POST /bff/bulks/:bulkId/confirm': aBulk,
  'POST /bff/bulks/:bulkId/abandon': aBulk,
  'GET /bff/job-operations/:operationId': anOperation,
  'GET /bff/job-operations/:operationId/verdicts': anOperation,
  'POST /bff/job-operations/:operationId/cancel': anOperation,
  'POST /bff/job-operations/:operationId/undo': anOperation,
  'PUT /bff/proxies/requests/:requestId': {
    make: upload,
    knownTo: ofAccount,
    body: () => ({ chainPem: 'none' }),
  },
  'DELETE /bff/proxies/:proxyId': { make: proxy, knownTo: [...ofAccount, 'manager of the VO'] },
  'DELETE /api/auth/refresh-tokens/:jti': {
    make: refreshToken,
    knownTo: ofVo,
  },
  'GET /bff/tokens/:kind/:tokenId/claims': aToken,
  'DELETE /bff/tokens/:kind/:tokenId': aToken,
  'DELETE /bff/certificates/:certificateId': { make: certificate, knownTo: ofAccount },
  'DELETE /bff/log-ins/:logInId': { make: logIn, knownTo: ofAccount },
  'DELETE /bff/sessions/:sessionId': { make: session, knownTo: ofAccount },
  'DELETE /bff/registry/own-requests/:requestId': { make: requestOf('nora'), knownTo: [] },
  'POST /bff/registry/requests/:requestId/refuse': {
    make: requestOf('otto'),
    knownTo: ofManager,
    body: () => ({ reason: 'Not now' }),
  },
  'POST /bff/registry/requests/:requestId/grant': {
    make: requestOf('nora'),
    knownTo: ofManager,
    body: (group) => ({ group: group.replace('_admin', '_user') }),
  },
  'DELETE /bff/registry/members/:accountId/groups/:group': { make: grantedMember, knownTo: ofManager },
  'PUT /bff/registry/members/:accountId/suspension': {
    make: member,
    knownTo: ofManager,
    body: () => ({ reason: 'To try it' }),
  },
  'DELETE /bff/registry/members/:accountId/suspension': { make: member, knownTo: ofManager },
};

/** Parameters that name nobody's object, each with what decides instead. */
export const withoutOwner: Partial<Record<RouteKey, string>> = {
  'GET /bff/demo/certificates/:fileName': 'files of the demo, for everybody',
  'GET /bff/issuing-authority/:fileName': 'what sites must have to trust the authority, for everybody',
  'GET /bff/documents/:kind': 'own documents, whatever their name',
  'PUT /bff/documents/:kind/:name': 'own documents, whatever their name',
  'DELETE /bff/documents/:kind/:name': 'own documents, whatever their name',
  'POST /auth/backchannel-logout/:provider': 'signed by the provider, see log-out.test.ts',
  'GET /bff/authorizations/:handle': 'whoever was given the code',
  'POST /bff/authorizations/:handle': 'whoever was given the code',
  'GET /bff/sites/:site/statuses': 'sites are of the whole installation',
  'GET /bff/pilots/:stamp/output': 'see pilot-output.test.ts',
  'GET /bff/pilots/:stamp/jobs': 'see pilots.service.test.ts',
  'POST /pilot/v1/jobs/:jobId/sandbox/output': 'bound to the pilot, see payload-proxy.service.test.ts',
  'POST /pilot/v1/jobs/:jobId/proxy': 'bound to the pilot, see payload-proxy.service.test.ts',
};
