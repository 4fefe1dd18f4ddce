/**
 * The health of the whole installation: runs the checks, remembers since when each finding stands, and tells each
 * principal what he may know. Readiness probes ask the vital checks only.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { HealthReport, SystemHealthUseCases } from '../use-cases.ts';
import type { HealthCheck } from './health-check.ts';
import type { FactGatherers } from './health-facts.ts';
import {
  worstStatus,
  type HealthFinding,
  type HealthJudgement,
  type HealthStatus,
  type SystemHealth,
} from './system-health.ts';

export interface SystemHealthParts {
  readonly checks: readonly HealthCheck[];
  readonly gather: FactGatherers;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
}

export interface SystemHealthService extends SystemHealthUseCases {
  /** The vital checks only: cheap, for probes that come every few seconds. */
  readiness(): Promise<HealthReport>;
}

/** Many people look at the same page. */
const freshMs = 2_000;

export function createSystemHealth(parts: SystemHealthParts): SystemHealthService {
  const { checks, gather, clock, log } = parts;
  const since = new Map<string, { readonly status: HealthStatus; readonly sinceMs: number }>();
  let latest: { readonly health: Promise<SystemHealth>; readonly atMs: number } | undefined;

  function remembered(check: HealthCheck, judgement: HealthJudgement, nowMs: number): HealthFinding {
    const { id, title, group } = check;
    const key = `${id} ${judgement.subject?.name ?? ''}`;
    const before = since.get(key);
    const isSame = before?.status === judgement.status;
    const sinceMs = isSame ? before.sinceMs : nowMs;
    if (!isSame) {
      since.set(key, { status: judgement.status, sinceMs });
      if (before !== undefined || judgement.status !== 'ok') tell(id, judgement);
    }
    return { check: id, title, group, sinceMs, ...judgement };
  }

  function tell(check: string, { status, subject, means }: HealthJudgement): void {
    const facts = {
      check,
      status,
      means,
      ...(subject === undefined ? {} : { [subject.kind]: subject.name }),
    };
    if (status === 'ok') log.info(facts, 'health.changed');
    else log.warn(facts, 'health.changed');
  }

  async function examineAll(): Promise<SystemHealth> {
    const nowMs = clock.nowMs();
    const found = await Promise.all(
      checks.map(async (check) => {
        const judgements = await check.examine(gather, nowMs);
        return judgements.map((judgement) => remembered(check, judgement, nowMs));
      }),
    );
    const findings = found.flat();
    return { status: worstStatus(findings), atMs: nowMs, findings };
  }

  function inspect(): Promise<SystemHealth> {
    const nowMs = performance.now();
    if (latest === undefined || nowMs - latest.atMs > freshMs) latest = { health: examineAll(), atMs: nowMs };
    return latest.health;
  }

  return {
    inspect,
    async report(principal) {
      const mayKnow = knowledgeOf(principal, parts.configuration.current());
      const { atMs, findings } = await inspect();
      const known = findings.filter(mayKnow);
      return { status: worstStatus(known), atMs, findings: known };
    },
    async readiness() {
      const nowMs = clock.nowMs();
      const vital = checks.filter(({ isVital }) => isVital);
      const found = await Promise.all(
        vital.map(async (check) => {
          const judgements = await check.examine(gather, nowMs);
          const means = judgements.map((judgement) => judgement.means).join(' ');
          return { name: check.id, ok: worstStatus(judgements) !== 'critical', message: means };
        }),
      );
      return { ok: found.every(({ ok }) => ok), checks: found };
    },
  };
}

/** Who runs the service knows all, who looks after sites what concerns those of his VO. */
function knowledgeOf(
  principal: UserPrincipal,
  { values }: ConfigurationSnapshot,
): (finding: HealthFinding) => boolean {
  if (hasProperty(principal, 'Operator') || hasProperty(principal, 'ServiceAdministrator')) return () => true;
  if (!hasProperty(principal, 'SiteManager'))
    throw new WmsError(
      'access.denied',
      'The health of the system is for groups with the property Operator, ServiceAdministrator or SiteManager.',
    );
  return ({ subject }) => {
    if (subject?.kind === 'vo') return subject.name === principal.vo;
    if (subject?.kind !== 'site') return false;
    const vos = values.sites[subject.name]?.vos;
    return vos !== undefined && (vos.length === 0 || vos.includes(principal.vo));
  };
}
