/**
 * How the core is measured without knowing by what: counters and histograms are told as they happen, gauges are
 * sampled when somebody looks. A metric is data; its labels come from one closed list, so that nobody can put a
 * user or a job into one. The bff brings the implementation, tests and benches the silent one.
 */

/** Every label there is. All have few values: names of the configuration, statuses, error codes, agents, routes. */
export const metricLabels = [
  'vo',
  'site',
  'status',
  'outcome',
  'reason',
  'agent',
  'check',
  'route',
  'code',
  'version',
  'node',
  'engine',
] as const;

export type MetricLabel = (typeof metricLabels)[number];
export type MetricKind = 'counter' | 'gauge' | 'histogram';

export interface MetricDefinition<K extends MetricKind = MetricKind> {
  readonly kind: K;
  /** Ends in its unit; counters in `_total`. */
  readonly name: `wm_${string}`;
  /** One sentence for the person who reads a dashboard. */
  readonly help: string;
  readonly labels: readonly MetricLabel[];
  /** Upper bounds of a histogram, ascending. */
  readonly buckets?: readonly number[];
}

export type LabelsOf<D extends MetricDefinition> = { readonly [L in D['labels'][number]]: string };

export interface Metrics {
  add<D extends MetricDefinition<'counter'>>(metric: D, labels: LabelsOf<D>, by?: number): void;
  observe<D extends MetricDefinition<'histogram'>>(metric: D, labels: LabelsOf<D>, value: number): void;
}

/** The value of a gauge at the moment it was asked for. */
export interface Sample {
  readonly metric: MetricDefinition<'gauge'>;
  readonly labels: Readonly<Partial<Record<MetricLabel, string>>>;
  readonly value: number;
}

export const sample = <D extends MetricDefinition<'gauge'>>(
  metric: D,
  labels: LabelsOf<D>,
  value: number,
): Sample => ({ metric, labels, value });

export const silentMetrics: Metrics = { add: () => {}, observe: () => {} };
