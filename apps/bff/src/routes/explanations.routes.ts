/** Why a job waits, and where a draft would fit. */
import type { Core, CurrentExplanation, DryRun } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';

type ExplanationRoutes = 'GET /bff/jobs/:jobId/explanation' | 'POST /bff/jobs/dry-run';

type Fit = NonNullable<DryRun['fit']>;

const fitView = ({ causes, fits, headline, of, requirements, sites }: Fit) => ({
  headline,
  causes: causes.map(({ effect, endsAtMs, id, remedy, sentence }) => ({
    id,
    effect,
    sentence,
    remedy,
    endsAt: isoOrNull(endsAtMs),
  })),
  fits: { ...fits },
  of: { ...of },
  requirements: requirements.map((row) => ({
    ...row,
    alone: { ...row.alone },
    without: { ...row.without },
    easings: row.easings.map((easing) => ({ ...easing })),
  })),
  sites: sites.map((row) => ({ ...row, reasons: [...row.reasons] })),
});

const estimateView = (estimate: CurrentExplanation['estimate']) =>
  estimate.kind === 'none'
    ? { ...estimate }
    : {
        kind: estimate.kind,
        p50At: iso(estimate.p50AtMs),
        p90At: iso(estimate.p90AtMs),
        basis: estimate.basis,
      };

export function explanationRoutes({ explain }: Pick<Core, 'explain'>): HandlersOf<ExplanationRoutes> {
  return {
    'GET /bff/jobs/:jobId/explanation': async ({ principal, params }) => {
      const found = await explain.job(principal, params.jobId);
      const { headline, jobId, looks, minorStatus, now, status } = found;
      return {
        jobId,
        status,
        minorStatus,
        headline,
        at: iso(found.atMs),
        waitingSince: iso(found.waitingSinceMs),
        waitedUntil: isoOrNull(found.waitedUntilMs),
        now: now && {
          ...fitView(now),
          line: now.line && { ...now.line, rivals: { ...now.line.rivals } },
          estimate: estimateView(now.estimate),
        },
        looks: looks.map(({ causes, fromMs, untilMs }) => ({
          from: iso(fromMs),
          until: iso(untilMs),
          causes: causes.map((each) => ({ ...each })),
        })),
      };
    },
    'POST /bff/jobs/dry-run': async ({ principal, body }) => {
      const { fit, jobs, problems } = await explain.dryRun(principal, body.jdl);
      return {
        jobs,
        problems: problems.map(({ attribute, column, line, message, severity }) => ({
          severity,
          attribute,
          line,
          column,
          message,
        })),
        fit: fit && fitView(fit),
      };
    },
  };
}
