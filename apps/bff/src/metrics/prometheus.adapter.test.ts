import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { coreMetrics } from '@wm/wms-core/core-metrics';
import { metricLabels, sample, type MetricDefinition } from '@wm/wms-core/metrics';
import { readExposition } from '../testing/exposition.ts';
import { processMetrics } from './process-metrics.ts';
import { mostSeries, PrometheusMetrics } from './prometheus.adapter.ts';

const definitions: readonly MetricDefinition[] = [
  ...Object.values(coreMetrics),
  ...Object.values(processMetrics),
];

/** Some value for every metric there is. */
function toldAll(): PrometheusMetrics {
  const metrics = new PrometheusMetrics();
  for (const metric of definitions) {
    const labels = Object.fromEntries(metric.labels.map((label) => [label, `some ${label} "\\\n`]));
    if (metric.kind === 'counter') metrics.add(metric as MetricDefinition<'counter'>, labels, 3);
    if (metric.kind === 'histogram') metrics.observe(metric as MetricDefinition<'histogram'>, labels, 0.3);
  }
  return metrics;
}

const gauges = definitions
  .filter(({ kind }) => kind === 'gauge')
  .map((metric) => ({
    metric: metric as MetricDefinition<'gauge'>,
    labels: Object.fromEntries(metric.labels.map((label) => [label, `some ${label} "\\\n`])),
    value: 1.5,
  }));

const familyOf = (text: string, name: string) => {
  const family = readExposition(text).find((each) => each.name === name);
  assert(family, name);
  return family;
};

test('every metric is written in the text format, with its help, kind and labels', async () => {
  const families = readExposition(await toldAll().text(gauges));
  for (const { name, kind, labels } of definitions) {
    const family = families.find((each) => each.name === name);
    assert(family, name);
    assert.equal(family.kind, kind);
    const [first] = family.samples;
    assert(first, `${name} has a sample`);
    for (const label of labels) assert.equal(first.labels[label], `some ${label} "\\\n`);
  }
});

test('names end in their unit, counters in _total, and labels come from the closed list', () => {
  const units = /_(seconds|bytes|total|works|info|timestamp_seconds)$/;
  const counts = new Set([
    'wm_jobs',
    'wm_pilots',
    'wm_pilots_asking',
    'wm_task_queues',
    'wm_task_queue_jobs',
    'wm_task_queue_classes',
    'wm_database_writes_waiting',
    'wm_events_kept',
    'wm_event_streams',
    'wm_sessions',
    'wm_health_status',
  ]);
  const names = definitions.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, kind, help, labels } of definitions) {
    assert(units.test(name) || counts.has(name), `${name} has a unit`);
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
    assert.match(help, /^[A-Z].*\.$/);
    for (const label of labels) assert(metricLabels.includes(label));
  }
});

test('only counters end in _total, those of the library too', async () => {
  for (const { name, kind } of readExposition(await toldAll().text(gauges)))
    assert.equal(name.endsWith('_total'), kind === 'counter', name);
});

test('no label can hold a user, a job, a pilot or a token', () => {
  for (const label of metricLabels) assert.doesNotMatch(label, /user|owner|job|stamp|token|session|id$/);
});

test('a metric has a bounded number of series; what comes beyond is gathered', async () => {
  const metrics = new PrometheusMetrics();
  const many = mostSeries + 500;
  for (let index = 0; index < many; index++) metrics.add(coreMetrics.heartbeats, { site: `S${index}` });
  for (let index = 0; index < many; index++) metrics.add(coreMetrics.heartbeats, { site: `S${index}` });
  const { samples } = familyOf(await metrics.text([]), coreMetrics.heartbeats.name);
  assert.equal(samples.length, mostSeries + 1);
  assert.equal(samples.find(({ labels }) => labels['site'] === 'S0')?.value, 2);
  assert.equal(samples.find(({ labels }) => labels['site'] === 'other')?.value, 1000);
  assert.equal(metrics.total(coreMetrics.heartbeats).sum, 2 * many);
});

test('gauges show the last look only, counters everything', async () => {
  const metrics = new PrometheusMetrics();
  const jobs = (status: string, value: number) => sample(coreMetrics.jobs, { vo: 'biomed', status }, value);
  await metrics.text([jobs('Waiting', 7), jobs('Running', 2)]);
  const { samples } = familyOf(await metrics.text([jobs('Waiting', 5)]), coreMetrics.jobs.name);
  assert.deepEqual(
    samples.map(({ labels, value }) => [labels['status'], value]),
    [['Waiting', 5]],
  );
});

test('totals add up over the series asked for', () => {
  const metrics = new PrometheusMetrics();
  const match = (site: string, outcome: string) =>
    metrics.add(coreMetrics.matches, { vo: 'biomed', site, outcome });
  match('A', 'match');
  match('B', 'match');
  match('B', 'no-match');
  assert.deepEqual(metrics.total(coreMetrics.matches, { outcome: 'match' }), { count: 2, sum: 2 });
  metrics.observe(coreMetrics.commitDuration, {}, 0.5);
  metrics.observe(coreMetrics.commitDuration, {}, 0.25);
  assert.deepEqual(metrics.total(coreMetrics.commitDuration), { count: 2, sum: 0.75 });
});

const promtool = spawnSync('promtool', ['--version']).status === 0;

test(
  'promtool finds nothing to complain about',
  { skip: promtool ? false : 'promtool is not installed' },
  async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await toldAll().text(gauges),
      encoding: 'utf8',
    });
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
  },
);
