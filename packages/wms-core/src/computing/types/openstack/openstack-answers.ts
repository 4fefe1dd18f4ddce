/** Reads what Keystone and Nova answer (computing-elements.md §9): pure. */
import { z } from 'zod';

const server = z.object({
  id: z.string(),
  name: z.string().default(''),
  status: z.string().default('UNKNOWN'),
  'OS-EXT-STS:task_state': z.string().nullish(),
  metadata: z.record(z.string(), z.string()).default({}),
  fault: z.object({ message: z.string().default('') }).optional(),
});

const serverPage = z.object({
  servers: z.array(server),
  servers_links: z.array(z.object({ rel: z.string() })).default([]),
});

/** A machine as Nova shows it. */
export interface Machine {
  readonly id: string;
  readonly stamp: string;
  readonly status: string;
  /** What Nova is doing with it; empty when nothing. */
  readonly task: string;
  /** Of an error. */
  readonly fault: string;
  /** Whose it is: site and name of a computing element. */
  readonly element: string;
  /** It should be gone by then; undefined when nobody said so. */
  readonly endsAtS: number | undefined;
}

/** Machines of pilots on a page, and where the next one begins. Undefined when it is no page of machines. */
export const machinesIn = (
  body: unknown,
  prefix: string,
): { readonly machines: readonly Machine[]; readonly next: string | undefined } | undefined => {
  const page = serverPage.safeParse(body).data;
  if (page === undefined) return undefined;
  const machines = page.servers.flatMap((one): readonly Machine[] => {
    const stamp = one.name.startsWith(`${prefix}-`) ? one.name.slice(prefix.length + 1) : '';
    if (!/^[0-9a-f]{32}$/.test(stamp)) return [];
    const { id, status, metadata, fault } = one;
    const endsAtS = Number(metadata['wm_ends_at_s']);
    return [
      {
        ...{ id, stamp, status, task: one['OS-EXT-STS:task_state'] ?? '', fault: fault?.message ?? '' },
        element: metadata['wm_element'] ?? '',
        endsAtS: endsAtS > 0 ? endsAtS : undefined,
      },
    ];
  });
  const hasNext = page.servers_links.some(({ rel }) => rel === 'next');
  return { machines, next: hasNext ? page.servers.at(-1)?.id : undefined };
};

const made = z.object({ server: z.object({ id: z.string().min(1) }) });

export const madeId = (body: unknown): string | undefined => made.safeParse(body).data?.server.id;

const consoleOutput = z.object({ output: z.string() });

export const consoleIn = (body: unknown): string => consoleOutput.safeParse(body).data?.output ?? '';

const limits = z.object({
  limits: z.object({ absolute: z.object({ maxTotalInstances: z.number(), totalInstancesUsed: z.number() }) }),
});

/** Machines that the quota still allows; undefined when there is none. */
export const freeMachines = (body: unknown): number | undefined => {
  const told = limits.safeParse(body).data?.limits.absolute;
  return told === undefined || told.maxTotalInstances < 0
    ? undefined
    : Math.max(0, told.maxTotalInstances - told.totalInstancesUsed);
};

/** The words of an error, `{ "forbidden": { "message": …, "code": 403 } }`. */
export const errorWords = (body: unknown): string => {
  const parsed = z.record(z.string(), z.object({ message: z.string() })).safeParse(body).data ?? {};
  return Object.values(parsed)
    .map(({ message }) => message)
    .join('; ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 500);
};

const keystoneToken = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true, local: true }),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({ interface: z.string(), url: z.string(), region_id: z.string().nullish() }),
          ),
        }),
      )
      .default([]),
  }),
});

export interface Session {
  readonly expiresAtMs: number;
  /** Of Nova. */
  readonly computeUrl: string;
}

/** What is missing, or the session. */
export const sessionIn = (body: unknown, region: string | undefined): Session | string => {
  const token = keystoneToken.safeParse(body).data?.token;
  if (token === undefined) return 'its answer is no token';
  const url = token.catalog
    .filter(({ type }) => type === 'compute')
    .flatMap(({ endpoints }) => endpoints)
    .find((one) => one.interface === 'public' && (region === undefined || one.region_id === region))?.url;
  if (url === undefined)
    return `its catalogue has no public compute service${region === undefined ? '' : ` in the region ${region}`}`;
  return { expiresAtMs: Date.parse(token.expires_at), computeUrl: url.replace(/\/+$/, '') };
};
