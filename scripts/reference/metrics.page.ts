import { processMetrics } from '@wm/bff/process-metrics';
import { coreMetrics } from '@wm/wms-core/core-metrics';
import { healthChecks } from '@wm/wms-core/health-checks';
import type { MetricDefinition } from '@wm/wms-core/metrics';
import { code, document, table, type Page } from './markdown.ts';

const rows = (definitions: Readonly<Record<string, MetricDefinition>>) =>
  Object.values(definitions).map(({ name, kind, labels, help }) => [
    code(name),
    kind,
    labels.map(code).join(', '),
    help,
  ]);

const heads = ['Metric', 'Kind', 'Labels', 'Means'];

export const metricsPage: Page = {
  file: 'metrics.md',
  title: 'Metrics and health checks',
  render: () =>
    document(
      'Metrics and health checks',
      'packages/wms-core/src/metrics/core-metrics.ts, apps/bff/src/metrics/process-metrics.ts and packages/wms-core/src/health/checks',
      'How to collect them and what to be woken for: [Monitor the service](../how-to/monitor-the-service.md). Counters begin at 0 when the server starts; gauges of jobs and pilots are sums over the installation, so with several server processes take their maximum, not their sum.',
      '## The workload system',
      table(heads, rows(coreMetrics)),
      '## The server',
      table(heads, rows(processMetrics)),
      'Beside these stand the usual metrics of a Node.js process, `process_…` (memory, processor time, open files) and `nodejs_…` (event loop, heap, garbage collection), as the Prometheus client library names them.',
      '## Checks of System Health',
      table(
        ['Check', 'Title', 'Group', 'Looks at'],
        healthChecks.map(({ id, title, group, about }) => [code(id), title, group, about]),
      ),
    ),
};
