/** The worker-node side `/pilot/v1`, and the portal's view of pilots below `/bff/pilots`. */
import type { Core } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';
import { pageReply, searchQuery } from './paging.ts';

type WorkerNodeRoutes =
  | 'POST /pilot/v1/register'
  | 'POST /pilot/v1/match'
  | 'POST /pilot/v1/reports'
  | 'POST /pilot/v1/heartbeats'
  | 'POST /pilot/v1/jobs/:jobId/sandbox/output'
  | 'POST /pilot/v1/jobs/:jobId/proxy'
  | 'POST /pilot/v1/log'
  | 'POST /pilot/v1/finish';

type WorkerNodeCore = Pick<Core, 'pilots' | 'matcher' | 'stateUpdate' | 'sandboxes' | 'proxies'>;

export function workerNodeRoutes(core: WorkerNodeCore): HandlersOf<WorkerNodeRoutes> {
  return {
    'POST /pilot/v1/register': async ({ pilot, body }) => core.pilots.register(pilot, body),
    'POST /pilot/v1/match': async ({ pilot, body, signal }) => {
      // Where the pilot is was fixed when it was submitted; it cannot claim another site.
      const { vo, site, computingElement, batchQueue } = pilot;
      const offer = { ...body.offer, vo, site, computingElement, batchQueue };
      const { requestId, held } = body;
      const request = requestId === undefined ? undefined : { requestId, held };
      const answer = await core.matcher.match(pilot, offer, body.waitS * 1000, signal, request);
      if (answer.kind !== 'match') return answer;
      return { kind: 'match', job: { ...answer.job, inputSandboxes: [...answer.job.inputSandboxes] } };
    },
    'POST /pilot/v1/reports': async ({ pilot, body }) => ({
      verdicts: [...(await core.stateUpdate.report(pilot, body.reports))],
    }),
    'POST /pilot/v1/heartbeats': async ({ pilot, body }) => {
      const { commands, refused, drain } = await core.stateUpdate.heartbeat(
        pilot,
        body.jobs,
        body.acknowledged,
      );
      return { commands: [...commands], refused: [...refused], drain };
    },
    'POST /pilot/v1/jobs/:jobId/sandbox/output': async ({ pilot, params, body }) => {
      const { checksum, size, format, attempt } = body;
      const upload = { checksum: checksum.toLowerCase(), sizeBytes: size, format };
      const door = await core.sandboxes.beginOutputUpload(pilot, params.jobId, attempt, upload);
      return { ...door, fields: { ...door.fields } };
    },
    'POST /pilot/v1/jobs/:jobId/proxy': async ({ pilot, params, body }) => {
      const { chainPem, validUntilMs } = await core.proxies.payloadProxy(pilot, { ...params, ...body });
      return { chainPem, validUntil: iso(validUntilMs) };
    },
    'POST /pilot/v1/log': async ({ pilot, body }) => core.pilots.appendLog(pilot, body.text),
    'POST /pilot/v1/finish': async ({ pilot, body }) => core.pilots.finish(pilot, body),
  };
}

type PortalPilotRoutes =
  | 'POST /bff/pilots/search'
  | 'POST /bff/pilots/summary'
  | 'GET /bff/pilots/by-site'
  | 'GET /bff/pilots/:stamp/output'
  | 'GET /bff/pilots/:stamp/jobs';

export function portalPilotRoutes(core: Pick<Core, 'pilots'>): HandlersOf<PortalPilotRoutes> {
  return {
    'POST /bff/pilots/search': async ({ principal, body, query: page }) => {
      const query = searchQuery(body, page);
      return pageReply('pilots', query, await core.pilots.search(principal, query));
    },
    'POST /bff/pilots/summary': async ({ principal, body }) =>
      (await core.pilots.summary(principal, body.grouping, body.search)).map((row) => ({ ...row })),
    'GET /bff/pilots/by-site': async ({ principal }) => {
      const { atMs, sites } = await core.pilots.bySite(principal);
      const named = sites.map((site) => ({ ...site, computingElements: [...site.computingElements] }));
      return { at: iso(atMs), sites: named };
    },
    'GET /bff/pilots/:stamp/output': async ({ principal, params, query }) => {
      const { endedAtMs, ...output } = await core.pilots.output(principal, params.stamp, query.known);
      return { ...output, endedAt: isoOrNull(endedAtMs) };
    },
    'GET /bff/pilots/:stamp/jobs': async ({ principal, params }) => ({
      jobIds: [...(await core.pilots.jobsOf(principal, params.stamp))],
    }),
  };
}
