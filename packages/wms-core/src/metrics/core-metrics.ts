/**
 * Every metric of the core as data, in the order of the reference page. `docs/reference/metrics.md` is generated
 * from this table and that of the bff.
 */
import type { MetricDefinition } from '../kernel/metrics.ts';

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export const coreMetrics = {
  jobs: {
    kind: 'gauge',
    name: 'wm_jobs',
    help: 'Jobs by VO and status, from the counters that every change of status keeps.',
    labels: ['vo', 'status'],
  },
  oldestWaiting: {
    kind: 'gauge',
    name: 'wm_jobs_oldest_waiting_seconds',
    help: 'For how long the job that waits longest has been waiting; 0 when none waits.',
    labels: ['vo'],
  },
  jobsSubmitted: {
    kind: 'counter',
    name: 'wm_jobs_submitted_total',
    help: 'Jobs stored by submissions.',
    labels: ['vo'],
  },
  submissionsRefused: {
    kind: 'counter',
    name: 'wm_submissions_refused_total',
    help: 'Submissions that were refused, by error code.',
    labels: ['vo', 'reason'],
  },
  jobMoves: {
    kind: 'counter',
    name: 'wm_job_moves_total',
    help: 'Changes of job status, by the status that was reached.',
    labels: ['vo', 'status'],
  },
  jobReports: {
    kind: 'counter',
    name: 'wm_job_reports_total',
    help: 'Status reports and heartbeats of single jobs from worker nodes: `accepted`, or the error code of the refusal, such as `job.stale-attempt`.',
    labels: ['site', 'outcome'],
  },
  heartbeats: {
    kind: 'counter',
    name: 'wm_heartbeats_total',
    help: 'Heartbeats of jobs received.',
    labels: ['site'],
  },
  nodeClockOffset: {
    kind: 'gauge',
    name: 'wm_node_clock_offset_seconds',
    help: 'Largest difference between the clock of a worker node and the server in the last minutes; positive = the node is behind.',
    labels: ['site'],
  },
  matches: {
    kind: 'counter',
    name: 'wm_matches_total',
    help: 'Answers to pilots that asked for a job: `match`, `no-match` after the wait was over, `stop` where the site takes no jobs.',
    labels: ['vo', 'site', 'outcome'],
  },
  matchDuration: {
    kind: 'histogram',
    name: 'wm_match_duration_seconds',
    help: 'One try to find and durably claim a job, without the time a pilot waits for jobs to come.',
    labels: ['outcome'],
    buckets: seconds,
  },
  pilotsAsking: {
    kind: 'gauge',
    name: 'wm_pilots_asking',
    help: 'Pilots whose request for a job is open now.',
    labels: ['site'],
  },
  taskQueues: {
    kind: 'gauge',
    name: 'wm_task_queues',
    help: 'Task queues with waiting jobs in the index of the matcher.',
    labels: ['vo'],
  },
  taskQueueJobs: {
    kind: 'gauge',
    name: 'wm_task_queue_jobs',
    help: 'Waiting jobs as the index of the matcher knows them; differs from wm_jobs for moments only.',
    labels: ['vo'],
  },
  taskQueueClasses: {
    kind: 'gauge',
    name: 'wm_task_queue_classes',
    help: 'Classes of equal requirements in the index of the matcher, empty ones included.',
    labels: [],
  },
  pilots: {
    kind: 'gauge',
    name: 'wm_pilots',
    help: 'Pilots that have not ended, by site and status.',
    labels: ['site', 'status'],
  },
  pilotsSubmitted: {
    kind: 'counter',
    name: 'wm_pilots_submitted_total',
    help: 'Pilots handed to computing elements: `submitted` or `failed`.',
    labels: ['site', 'outcome'],
  },
  pilotsEnded: {
    kind: 'counter',
    name: 'wm_pilots_ended_total',
    help: 'Pilots that reached a final status.',
    labels: ['site', 'status'],
  },
  agentCycles: {
    kind: 'counter',
    name: 'wm_agent_cycles_total',
    help: 'Cycles of the agents: `done` or `failed`.',
    labels: ['agent', 'outcome'],
  },
  agentCycleDuration: {
    kind: 'histogram',
    name: 'wm_agent_cycle_duration_seconds',
    help: 'How long a cycle of an agent took.',
    labels: ['agent'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  },
  agentLastSuccess: {
    kind: 'gauge',
    name: 'wm_agent_last_success_timestamp_seconds',
    help: 'When a cycle of an agent last ended well; 0 = not since the start of the server.',
    labels: ['agent'],
  },
  commitDuration: {
    kind: 'histogram',
    name: 'wm_database_commit_duration_seconds',
    help: 'One group commit, from its first statement until it is durable.',
    labels: [],
    buckets: seconds,
  },
  commitSize: {
    kind: 'histogram',
    name: 'wm_database_commit_works',
    help: 'Works that shared a group commit.',
    labels: [],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  },
  writesWaiting: {
    kind: 'gauge',
    name: 'wm_database_writes_waiting',
    help: 'Writes that wait for their group commit to begin.',
    labels: [],
  },
  heavyReadDuration: {
    kind: 'histogram',
    name: 'wm_database_heavy_read_duration_seconds',
    help: 'Searches, counts and lists, which run beside the writer.',
    labels: [],
    buckets: seconds,
  },
  databaseSize: {
    kind: 'gauge',
    name: 'wm_database_size_bytes',
    help: 'Size of the database.',
    labels: [],
  },
  databaseLogSize: {
    kind: 'gauge',
    name: 'wm_database_wal_bytes',
    help: 'Size of the write-ahead log beside the database file; 0 where the engine keeps its own.',
    labels: [],
  },
  eventsKept: {
    kind: 'gauge',
    name: 'wm_events_kept',
    help: 'Groups of events in the outbox, delivered or not; they are kept for an hour.',
    labels: [],
  },
  diskFree: {
    kind: 'gauge',
    name: 'wm_disk_free_bytes',
    help: 'Free space where the data folder lies.',
    labels: [],
  },
  health: {
    kind: 'gauge',
    name: 'wm_health_status',
    help: 'Worst finding of each check of System Health: 0 ok, 1 warning, 2 critical.',
    labels: ['check'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
