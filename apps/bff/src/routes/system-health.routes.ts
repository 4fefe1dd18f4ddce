/** System Health: what the checks found, and the figures of the last hour for those who run the service. */
import { hasProperty, type Core, type HealthFinding } from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import type { FigureSeries } from '../metrics/key-figures.ts';
import { iso } from './iso.ts';

export interface SystemHealthRoutesDeps {
  readonly core: Core;
  readonly figures: () => FigureSeries;
}

const findingAnswer = ({ subject, toDo, figure, sinceMs, ...finding }: HealthFinding) => ({
  ...finding,
  subject: subject === undefined ? null : { ...subject },
  toDo: toDo ?? null,
  figure: figure === undefined ? null : { ...figure },
  since: iso(sinceMs),
});

const figuresAnswer = ({ endsAtMs, stepMs, values }: FigureSeries) => ({
  endsAt: endsAtMs === undefined ? null : iso(endsAtMs),
  stepS: stepMs / 1000,
  values: Object.fromEntries(Object.entries(values).map(([name, series]) => [name, [...series]])),
});

export function systemHealthRoutes({
  core,
  figures,
}: SystemHealthRoutesDeps): HandlersOf<'GET /bff/system/health'> {
  return {
    'GET /bff/system/health': async ({ principal }) => {
      const { status, atMs, findings } = await core.systemHealth.report(principal);
      // The figures are sums over all VOs.
      const mayKnowAll = hasProperty(principal, 'Operator') || hasProperty(principal, 'ServiceAdministrator');
      return {
        status,
        at: iso(atMs),
        findings: findings.map(findingAnswer),
        figures: mayKnowAll ? figuresAnswer(figures()) : null,
      };
    },
  };
}
