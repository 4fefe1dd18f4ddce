/**
 * A core that knows people, groups, pilots and events but no jobs, for tests of what the faces do themselves:
 * who may call, sessions, forms of answers. What use-cases do is tested with the real core.
 */
import {
  WmsError,
  type Account,
  type Core,
  type CoreEvent,
  type GroupMembership,
  type PilotPrincipal,
  type SessionEvent,
} from '@wm/wms-core/vocabulary';

export interface FakePerson {
  readonly userName: string;
  readonly memberships: readonly GroupMembership[];
}

export const people: readonly FakePerson[] = [
  {
    userName: 'mkolar',
    memberships: [
      { group: 'access_user', vo: 'vo.access.egi.eu', properties: ['NormalUser'] },
      { group: 'training_user', vo: 'training.egi.eu', properties: ['NormalUser'] },
    ],
  },
  {
    userName: 'iortega',
    memberships: [
      {
        group: 'access_admin',
        vo: 'vo.access.egi.eu',
        properties: ['JobAdministrator', 'Operator', 'SiteManager', 'UserManager', 'CSAdministrator'],
      },
    ],
  },
  {
    userName: 'jlind',
    memberships: [{ group: 'training_user', vo: 'training.egi.eu', properties: ['NormalUser'] }],
  },
  { userName: 'nobody', memberships: [] },
];

export const pilotToken = `${'a'.repeat(32)}.right`;

const pilot: PilotPrincipal = {
  kind: 'pilot',
  stamp: 'a'.repeat(32),
  vo: 'vo.access.egi.eu',
  site: 'EGI.Demo.org',
  computingElement: 'local.demo',
  batchQueue: 'demo',
};

export interface FakeCore {
  readonly core: Core;
  /** Every use-case that was reached, by name. */
  readonly reached: string[];
  /** Changes what the next `memberships` answers. */
  setMemberships(userName: string, memberships: readonly GroupMembership[]): void;
  ring(events: readonly CoreEvent[]): void;
  /** Sequences that subscribers asked to continue after. */
  readonly replays: (number | undefined)[];
  readonly uploads: Buffer[];
  readonly sessionEvents: SessionEvent[];
  /** Makes readiness fail. */
  isHealthy: boolean;
}

const accountOf = (userName: string): Account => ({
  accountId: `id-${userName}`,
  userName,
  displayName: userName.toUpperCase(),
  email: null,
  distinguishedNames: [],
});

type Listener = Parameters<Core['events']['subscribe']>[2];

export function createFakeCore(configuration: Core['configuration']): FakeCore {
  const reached: string[] = [];
  const replays: (number | undefined)[] = [];
  const uploads: Buffer[] = [];
  const sessionEvents: SessionEvent[] = [];
  const listeners = new Set<Listener>();
  const members = new Map(people.map(({ userName, memberships }) => [`id-${userName}`, memberships]));

  /** Stands for use-cases whose answers do not matter: says that it was reached. */
  const noun = <T extends object>(name: string, known: Partial<T>): T =>
    new Proxy(known, {
      get: (target, property) =>
        Reflect.get(target, property) ??
        (async () => {
          reached.push(`${name}.${String(property)}`);
          throw new WmsError('conflict', 'Reached.');
        }),
    }) as T;

  const fake: FakeCore = {
    reached,
    replays,
    uploads,
    sessionEvents,
    isHealthy: true,
    setMemberships: (userName, memberships) => void members.set(`id-${userName}`, memberships),
    ring(events) {
      for (const listener of listeners) listener.onEvents(events);
    },
    core: {
      jobs: noun<Core['jobs']>('jobs', {}),
      bulks: noun<Core['bulks']>('bulks', {}),
      operations: noun<Core['operations']>('operations', {}),
      notices: noun<Core['notices']>('notices', {}),
      registry: noun<Core['registry']>('registry', {}),
      audit: noun<Core['audit']>('audit', {
        recordSession: async (event) => void sessionEvents.push(event),
      }),
      sites: noun<Core['sites']>('sites', {}),
      monitoring: noun<Core['monitoring']>('monitoring', {}),
      explain: noun<Core['explain']>('explain', {}),
      matcher: noun<Core['matcher']>('matcher', {
        match: async (_pilot, _offer, waitMs, signal) => {
          reached.push('matcher.match');
          if (waitMs > 0) {
            await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
            reached.push('matcher.match: aborted');
          }
          return { kind: 'noMatch', reason: 'none' };
        },
      }),
      stateUpdate: noun<Core['stateUpdate']>('stateUpdate', {}),
      accounting: noun<Core['accounting']>('accounting', {}),
      pilots: noun<Core['pilots']>('pilots', {
        authenticate: async (token) => {
          if (token !== pilotToken) throw new WmsError('pilot.unknown', 'This pilot is not known.');
          return pilot;
        },
      }),
      sandboxes: noun<Core['sandboxes']>('sandboxes', {
        receive: async (token, body) => {
          if (token !== 'good') throw new WmsError('access.denied', 'The token is not good.');
          const parts: Uint8Array[] = [];
          for await (const part of body) parts.push(part);
          uploads.push(Buffer.concat(parts));
          return { pfn: 'SB:SE|/S3/x' };
        },
      }),
      accounts: {
        logIn: async ({ preferredUserName = 'nobody' }) => accountOf(preferredUserName),
        account: async (accountId) => accountOf(accountId.slice('id-'.length)),
        memberships: async (accountId) => members.get(accountId) ?? [],
      },
      certificates: noun<Core['certificates']>('certificates', { authorities: async () => [] }),
      logIns: noun<Core['logIns']>('logIns', { list: async () => [], demandFresh: () => undefined }),
      proxies: noun<Core['proxies']>('proxies', {}),
      tokens: noun<Core['tokens']>('tokens', {
        scopes: () => [],
        async authenticate(token) {
          const [, userName = '', group] = /^token-of-(\w+)-in-(\w+)$/.exec(token) ?? [];
          const found = members.get(`id-${userName}`)?.find((membership) => membership.group === group);
          if (found === undefined) throw new WmsError('access.unauthenticated', 'Invalid JWT');
          const principal = { kind: 'user' as const, accountId: `id-${userName}`, userName, ...found };
          return { principal, jti: token, clientId: 'tests', expiresAtMs: Number.MAX_SAFE_INTEGER };
        },
      }),
      tokenGrants: noun<Core['tokenGrants']>('tokenGrants', { keep: async () => undefined }),
      documents: noun<Core['documents']>('documents', { list: async () => [] }),
      events: {
        async subscribe(_principal, afterSequence, listener) {
          replays.push(afterSequence);
          listeners.add(listener);
          return { startsAfter: afterSequence ?? 40, close: () => void listeners.delete(listener) };
        },
      },
      configuration,
      health: async () => ({
        ok: fake.isHealthy,
        checks: [{ name: 'database', ok: fake.isHealthy, message: '' }],
      }),
      systemHealth: noun<Core['systemHealth']>('systemHealth', {
        inspect: async () => ({ status: fake.isHealthy ? 'ok' : 'critical', atMs: 0, findings: [] }),
      }),
      measure: async () => [],
      start: async () => undefined,
      stop: async () => undefined,
    },
  };
  return fake;
}
