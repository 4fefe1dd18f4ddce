/** The metrics of the process round the core, as data; those of the core are in `@wm/wms-core/core-metrics`. */
import type { MetricDefinition } from '@wm/wms-core/metrics';

export const processMetrics = {
  build: {
    kind: 'gauge',
    name: 'wm_build_info',
    help: 'Always 1; the labels tell what runs.',
    labels: ['version', 'node', 'engine'],
  },
  requests: {
    kind: 'counter',
    name: 'wm_http_requests_total',
    help: 'Requests by route and status; `aborted` where the caller went away before the answer.',
    labels: ['route', 'code'],
  },
  requestDuration: {
    kind: 'histogram',
    name: 'wm_http_request_duration_seconds',
    help: 'Time until the answer is sent; without calls that wait on purpose (events, matches).',
    labels: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  },
  eventStreams: {
    kind: 'gauge',
    name: 'wm_event_streams',
    help: 'Live connections of portals that are open now.',
    labels: [],
  },
  sessions: {
    kind: 'gauge',
    name: 'wm_sessions',
    help: 'Sessions of the portal that have not ended.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
