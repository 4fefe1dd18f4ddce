/** Metrics that remember what they were told, for tests: `metrics.sum('wm_heartbeats_total', { site })`. */
import type { MetricDefinition, MetricLabel, Metrics } from '../kernel/metrics.ts';

interface Told {
  readonly name: string;
  readonly labels: Readonly<Partial<Record<MetricLabel, string>>>;
  readonly value: number;
}

export interface RecordingMetrics extends Metrics {
  readonly told: readonly Told[];
  /** Sum of all values told for a metric with these label values. */
  sum(name: MetricDefinition['name'], labels?: Told['labels']): number;
}

export function createRecordingMetrics(): RecordingMetrics {
  const told: Told[] = [];
  const tell = ({ name }: MetricDefinition, labels: Told['labels'], value: number): void =>
    void told.push({ name, labels, value });
  return {
    told,
    add: (metric, labels, by = 1) => tell(metric, labels, by),
    observe: (metric, labels, value) => tell(metric, labels, value),
    sum: (name, labels = {}) =>
      told
        .filter((each) => each.name === name)
        .filter((each) =>
          Object.entries(labels).every(([label, value]) => each.labels[label as MetricLabel] === value),
        )
        .reduce((sum, { value }) => sum + value, 0),
  };
}
