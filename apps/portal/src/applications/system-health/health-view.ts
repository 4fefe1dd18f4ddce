/** What the page shows of the findings: the verdict in words, what needs attention, the rest by group. Pure. */
import type { StatusFamily, StatusShape } from '@wm/ui-kit';
import { healthGroups, type HealthGroup, type HealthStatus, type HealthUnit } from '@wm/wms-core/vocabulary';
import type { Finding } from '../../server-state/system-health.ts';
import { byteSize, duration } from '../../widgets/grid-application/instants.ts';

export const statusLooks: Readonly<
  Record<HealthStatus, { readonly family: StatusFamily; readonly shape: StatusShape; readonly word: string }>
> = {
  ok: { family: 'success', shape: 'check', word: 'OK' },
  warning: { family: 'warning', shape: 'alert', word: 'Warning' },
  critical: { family: 'failure', shape: 'cross', word: 'Critical' },
};

const groupTitles: Readonly<Record<HealthGroup, string>> = {
  service: 'Service',
  scheduling: 'Scheduling',
  sites: 'Sites',
  storage: 'Storage',
  credentials: 'Credentials',
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `All is well`, `Attention: 2 warnings`, `Something is broken: 1 critical finding, 2 warnings` */
export function verdictOf(findings: readonly Finding[]): string {
  const count = (status: HealthStatus): number => findings.filter((each) => each.status === status).length;
  const critical = count('critical');
  const warnings = count('warning');
  const parts = [
    ...(critical > 0 ? [counted(critical, 'critical finding')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  if (parts.length === 0) return findings.length === 0 ? 'Nothing to look at' : 'All is well';
  return `${critical > 0 ? 'Something is broken' : 'Attention'}: ${parts.join(', ')}`;
}

/** The worst first, then the longest standing. */
export const troublesOf = (findings: readonly Finding[]): readonly Finding[] =>
  findings
    .filter(({ status }) => status !== 'ok')
    .toSorted((a, b) => rank(b) - rank(a) || a.since.localeCompare(b.since));

const rank = ({ status }: Finding): number => (status === 'critical' ? 2 : 1);

/** Good findings of one check; many of them are one row until it is unfolded. */
export interface CheckView {
  readonly check: string;
  readonly title: string;
  readonly findings: readonly Finding[];
  readonly canFold: boolean;
}

export interface GroupView {
  readonly group: HealthGroup;
  readonly title: string;
  readonly checks: readonly CheckView[];
}

/** More good findings of a check than this are folded. */
const mostUnfolded = 3;

export function groupsOf(findings: readonly Finding[]): readonly GroupView[] {
  const good = findings.filter(({ status }) => status === 'ok');
  return healthGroups.flatMap((group) => {
    const byCheck = Map.groupBy(
      good.filter((finding) => finding.group === group),
      ({ check }) => check,
    );
    const checks = [...byCheck].map(([check, found]) => ({
      check,
      title: found[0]?.title ?? check,
      findings: found,
      canFold: found.length > mostUnfolded,
    }));
    return checks.length === 0 ? [] : [{ group, title: groupTitles[group], checks }];
  });
}

const nouns = { jobs: 'job', pilots: 'pilot', works: 'write', events: 'event' } as const;

const milliseconds = (value: number): string => (value < 10 ? `${value.toFixed(1)} ms` : duration(value));

export function figureText(value: number, unit: HealthUnit): string {
  switch (unit) {
    case 'ms':
      return milliseconds(value);
    case 's':
      return duration(value * 1000);
    case 'bytes':
      return byteSize(value);
    case 'percent':
      return `${Math.round(value)} %`;
    default:
      return `${value.toLocaleString('en')} ${nouns[unit]}${value === 1 ? '' : 's'}`;
  }
}

export interface FigureView {
  readonly name: string;
  readonly title: string;
  readonly text: (value: number) => string;
}

const count = (value: number): string => Math.round(value).toLocaleString('en');

/** The figures of the last hour, in the order they are shown. */
export const figureViews: readonly FigureView[] = [
  { name: 'jobsWaiting', title: 'Jobs waiting', text: count },
  { name: 'jobsRunning', title: 'Jobs running', text: count },
  {
    name: 'matchesPerS',
    title: 'Matches',
    text: (value) => `${value < 10 ? value.toFixed(1) : count(value)} /s`,
  },
  { name: 'commitMs', title: 'Commit time', text: milliseconds },
  { name: 'eventLoopLagMs', title: 'Event loop lag', text: milliseconds },
];
