/** Jobs in DiracX's shapes below `/api/jobs`, and what the portal needs beyond them below `/bff/jobs`. */
import { writeJobWarnings } from '@wm/api-contract/job-warnings';
import type { Core, JobVerdict } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { inDiracxForm } from '../http/diracx-error.ts';
import { Reply } from '../http/reply.ts';
import { iso, isoOrNull } from './iso.ts';
import { operationOnWire } from './operations.routes.ts';
import { pageReply, searchQuery } from './paging.ts';
import { requestKeyOf } from './request-key.ts';
import { statusChanges } from './status-changes.ts';

type Verdicts = { success: Record<string, unknown>; failed: Record<string, unknown> };

function diracxVerdicts(verdicts: readonly JobVerdict[]): Verdicts {
  const answer: Verdicts = { success: {}, failed: {} };
  for (const { jobId, ok, status, minorStatus, message } of verdicts)
    if (ok) answer.success[String(jobId)] = { Status: status ?? null, MinorStatus: minorStatus ?? null };
    else answer.failed[String(jobId)] = { detail: message };
  return answer;
}

type DiracxJobRoutes =
  | 'POST /api/jobs/jdl'
  | 'POST /api/jobs/search'
  | 'POST /api/jobs/summary'
  | 'PATCH /api/jobs/status'
  | 'POST /api/jobs/reschedule';

export function diracxJobRoutes(core: Pick<Core, 'jobs' | 'monitoring'>): HandlersOf<DiracxJobRoutes> {
  return {
    'POST /api/jobs/jdl': async ({ principal, body, request }) => {
      const requestKey = requestKeyOf(request);
      const jobs = await core.jobs.submit(principal, { jdls: body, requestKey });
      const rows = jobs.map(({ jobId, status, minorStatus, atMs }) => ({
        JobID: jobId,
        Status: status,
        MinorStatus: minorStatus,
        TimeStamp: iso(atMs),
      }));
      return new Reply(rows, { headers: writeJobWarnings(jobs.flatMap(({ warnings = [] }) => warnings)) });
    },
    'POST /api/jobs/search': async ({ principal, body, query: page }) => {
      const query = searchQuery(body, page);
      return pageReply('jobs', query, await core.monitoring.search(principal, query));
    },
    'POST /api/jobs/summary': async ({ principal, body }) =>
      (await core.monitoring.summary(principal, body.grouping, body.search)).map((row) => ({ ...row })),
    'PATCH /api/jobs/status': async ({ principal, body, query }) => {
      const verdicts = await core.jobs.setStatus(principal, statusChanges(body), query.force);
      const answer = diracxVerdicts(verdicts);
      const isAllUnknown = verdicts.length > 0 && verdicts.every(({ code }) => code === 'job.not-found');
      if (isAllUnknown) throw inDiracxForm('job.not-found', 'None of the jobs exists.', 404, answer);
      return answer;
    },
    'POST /api/jobs/reschedule': async ({ principal, body, query }) => {
      const action = query.reset_jobs ? 'reset' : 'reschedule';
      const verdicts = await core.jobs.act(principal, action, body.job_ids);
      const answer = diracxVerdicts(verdicts);
      const isAllFailed = verdicts.length > 0 && verdicts.every(({ ok }) => !ok);
      if (isAllFailed) throw inDiracxForm('input.invalid', 'No job could be rescheduled.', 400, answer);
      return answer;
    },
  };
}

type PortalJobRoutes =
  | 'POST /bff/jobs/actions'
  | 'GET /bff/jobs/:jobId'
  | 'GET /bff/jobs/:jobId/jdl'
  | 'GET /bff/jobs/:jobId/parameters'
  | 'GET /bff/jobs/:jobId/logging'
  | 'GET /bff/jobs/:jobId/decisions'
  | 'GET /bff/jobs/:jobId/peek';

export function portalJobRoutes(core: Pick<Core, 'operations' | 'monitoring'>): HandlersOf<PortalJobRoutes> {
  return {
    'POST /bff/jobs/actions': async ({ principal, body }) => {
      const { verdicts, operation } = await core.operations.act(principal, body.action, body.jobIds);
      return { verdicts: [...verdicts], operation: operation ? operationOnWire(operation) : null };
    },
    'GET /bff/jobs/:jobId': async ({ principal, params }) => {
      const { actions, attempts, ...job } = await core.monitoring.job(principal, params.jobId);
      return {
        ...job,
        attributes: { ...job.attributes },
        actions: { ...actions },
        attempts: attempts.map(({ matchedAtMs, ...attempt }) => ({
          ...attempt,
          matchedAt: iso(matchedAtMs),
        })),
      };
    },
    'GET /bff/jobs/:jobId/jdl': async ({ principal, params, query }) => ({
      jdl: await core.monitoring.jdl(principal, params.jobId, query.original ? 'original' : 'processed'),
    }),
    'GET /bff/jobs/:jobId/parameters': async ({ principal, params }) => ({
      parameters: [...(await core.monitoring.parameters(principal, params.jobId))],
    }),
    'GET /bff/jobs/:jobId/logging': async ({ principal, params }) => {
      const records = await core.monitoring.logging(principal, params.jobId);
      return {
        records: records.map((record) => ({
          Status: record.status,
          MinorStatus: record.minorStatus,
          ApplicationStatus: record.applicationStatus,
          StatusTime: iso(record.atMs),
          Source: record.source,
          Attempt: record.attempt,
        })),
      };
    },
    'GET /bff/jobs/:jobId/decisions': async ({ principal, params }) => ({
      decisions: (await core.monitoring.decisions(principal, params.jobId)).map(
        ({ atMs, offer, levels, ...decision }) => ({
          ...decision,
          at: iso(atMs),
          offer: { ...offer },
          levels: levels.map((level) => ({
            ...level,
            lots: level.lots.map(([name, weight]) => [name, weight]),
          })),
        }),
      ),
    }),
    'GET /bff/jobs/:jobId/peek': async ({ principal, params }) => {
      const { stdout, stderr, atMs, status } = await core.monitoring.peek(principal, params.jobId);
      return { stdout, stderr, at: isoOrNull(atMs), status };
    },
  };
}
