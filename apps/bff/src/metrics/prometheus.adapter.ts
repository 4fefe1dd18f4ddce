/**
 * The metrics port on prom-client: keeps the series of this process and writes them in the Prometheus text format.
 * No metric may have more series than `mostSeries`; what comes beyond is gathered under the label value `other`.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { coreMetrics } from '@wm/wms-core/core-metrics';
import type { MetricDefinition, Metrics, Sample } from '@wm/wms-core/metrics';
import { processMetrics } from './process-metrics.ts';

/** Sum over series of a counter or histogram, and how often they were told. */
export interface Total {
  readonly count: number;
  readonly sum: number;
}

type Labels = Readonly<Record<string, string | undefined>>;
type Tell = (value: number) => void;

interface Series {
  readonly labels: Labels;
  readonly tell: Tell;
  count: number;
  sum: number;
}

interface Instrument {
  readonly definition: MetricDefinition;
  readonly reset: () => void;
  /** The series of these label values, as a function that takes the next value. */
  readonly seriesOf: (labels: Record<string, string>) => Tell;
  readonly series: Map<string, Series>;
}

export const mostSeries = 2000;

function instrumentOf(definition: MetricDefinition, registry: Registry): Instrument {
  const { name, help } = definition;
  const shared = { name, help, labelNames: [...definition.labels], registers: [registry] };
  const blank = { definition, series: new Map<string, Series>() };
  if (definition.kind === 'counter') {
    const counter = new Counter(shared);
    const seriesOf = (labels: Record<string, string>): Tell => {
      const child = counter.labels(labels);
      return (by) => child.inc(by);
    };
    return { ...blank, reset: () => counter.reset(), seriesOf };
  }
  if (definition.kind === 'gauge') {
    const gauge = new Gauge(shared);
    const seriesOf = (labels: Record<string, string>): Tell => {
      const child = gauge.labels(labels);
      return (value) => child.set(value);
    };
    return { ...blank, reset: () => gauge.reset(), seriesOf };
  }
  const histogram = new Histogram({ ...shared, buckets: [...(definition.buckets ?? [])] });
  const seriesOf = (labels: Record<string, string>): Tell => {
    const child = histogram.labels(labels);
    return (value) => child.observe(value);
  };
  return { ...blank, reset: () => histogram.reset(), seriesOf };
}

/** Gauges of the library that are named like counters, as promtool says; each kind of them is counted beside. */
const misnamed = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #instruments = new Map<MetricDefinition, Instrument>();

  constructor() {
    for (const definition of [...Object.values(coreMetrics), ...Object.values(processMetrics)])
      this.#instruments.set(definition, instrumentOf(definition, this.#registry));
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 50 });
    for (const name of misnamed) this.#registry.removeSingleMetric(name);
  }

  /** Only adds up here; the library, which takes its time, hears of it at the next scrape. */
  add(metric: MetricDefinition<'counter'>, labels: Labels, by = 1): void {
    this.#count(metric, labels, by);
  }

  observe(metric: MetricDefinition<'histogram'>, labels: Labels, value: number): void {
    this.#tell(metric, labels, value);
  }

  /** Of the series that have these label values. */
  total(metric: MetricDefinition<'counter' | 'histogram'>, where: Labels = {}): Total {
    const wanted = Object.entries(where);
    let count = 0;
    let sum = 0;
    for (const series of this.#instrument(metric).series.values()) {
      if (!wanted.every(([label, value]) => series.labels[label] === value)) continue;
      count += series.count;
      sum += series.sum;
    }
    return { count, sum };
  }

  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  /** Everything as text, gauges with these samples. */
  async text(samples: readonly Sample[]): Promise<string> {
    for (const instrument of this.#instruments.values()) {
      if (instrument.definition.kind === 'histogram') continue;
      instrument.reset();
      if (instrument.definition.kind === 'gauge') instrument.series.clear();
      else for (const { tell, sum } of instrument.series.values()) tell(sum);
    }
    for (const { metric, labels, value } of samples) this.#tell(metric, labels, value);
    return this.#registry.metrics();
  }

  #instrument(metric: MetricDefinition): Instrument {
    const instrument = this.#instruments.get(metric);
    if (instrument === undefined) throw new Error(`${metric.name} is in no table of metrics`);
    return instrument;
  }

  #tell(metric: MetricDefinition, labels: Labels, value: number): void {
    this.#count(metric, labels, value).tell(value);
  }

  #count(metric: MetricDefinition, labels: Labels, value: number): Series {
    const instrument = this.#instrument(metric);
    let key = '';
    for (const label of metric.labels) key += `${labels[label] ?? ''}\0`;
    const series = instrument.series.get(key) ?? this.#newSeries(instrument, key, labels);
    series.count += 1;
    series.sum += value;
    return series;
  }

  #newSeries({ definition, series, seriesOf }: Instrument, key: string, labels: Labels): Series {
    const isFull = series.size >= mostSeries;
    const values = Object.fromEntries(
      definition.labels.map((label) => [label, isFull ? 'other' : (labels[label] ?? '')]),
    );
    const seriesKey = isFull ? 'other' : key;
    const made = series.get(seriesKey) ?? { labels: values, tell: seriesOf(values), count: 0, sum: 0 };
    series.set(seriesKey, made);
    return made;
  }
}
