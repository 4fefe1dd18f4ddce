/**
 * What System Health says, as types: findings of checks, each with what it means and what to do. Told to operators
 * by the portal and to scripts by `/metrics/health`.
 */
export const healthStatuses = ['ok', 'warning', 'critical'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

export const healthGroups = ['service', 'scheduling', 'sites', 'storage', 'credentials'] as const;
export type HealthGroup = (typeof healthGroups)[number];

export const healthUnits = ['ms', 's', 'bytes', 'jobs', 'pilots', 'percent', 'works', 'events'] as const;
export type HealthUnit = (typeof healthUnits)[number];

export interface HealthFigure {
  readonly value: number;
  readonly unit: HealthUnit;
}

export interface HealthJudgement {
  readonly status: HealthStatus;
  /** What of several things is judged; left out where there is only one. */
  readonly subject?: { readonly kind: 'vo' | 'site' | 'agent'; readonly name: string };
  /** One sentence: what is the case, and for whom it matters. */
  readonly means: string;
  /** What an operator does about it; left out when all is well. */
  readonly toDo?: string;
  readonly figure?: HealthFigure;
}

export interface HealthFinding extends HealthJudgement {
  /** Id of the check. */
  readonly check: string;
  readonly title: string;
  readonly group: HealthGroup;
  /** Since when it has this status, as far as this process knows. */
  readonly sinceMs: number;
}

export interface SystemHealth {
  /** The worst status found. */
  readonly status: HealthStatus;
  readonly atMs: number;
  readonly findings: readonly HealthFinding[];
}

export const worstStatus = (found: readonly { readonly status: HealthStatus }[]): HealthStatus =>
  healthStatuses.findLast((status) => found.some((each) => each.status === status)) ?? 'ok';
