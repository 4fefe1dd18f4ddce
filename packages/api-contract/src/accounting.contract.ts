/** Accounting: what can be asked, and reports as time series. Below `/bff`, for the portal. */
import { z } from 'zod';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

const user = { kind: 'group' } as const;

const named = z.object({ name: z.string(), label: z.string(), help: z.string() });

const recordType = named.extend({
  keys: z.array(named),
  /** `unit` is `s`, `B`, `jobs`, `pilots`, `records`, `files`, `events`; `ratio` or `B/s` for what is divided. */
  values: z.array(named.extend({ unit: z.string(), kind: z.enum(['amount', 'level', 'ratio']) })),
  /** DIRAC's plots: which value, and how it is drawn from a report. */
  plots: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      form: z.enum(['series', 'rate', 'cumulative', 'pie', 'histogram']),
    }),
  ),
});

const series = z.object({
  group: z.string(),
  points: z.array(z.number().nullable()),
  total: z.number().nullable(),
});

/** Which records, and what of them. */
const question = {
  type: z.string().max(64),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  conditions: z
    .array(z.object({ key: z.string().max(64), values: z.array(z.string().max(255)).max(1000) }))
    .max(20)
    .default([]),
  value: z.string().max(64),
};

const exampleQuestion = {
  type: 'Job',
  from: '2026-01-01T00:00:00Z',
  to: '2026-01-08T00:00:00Z',
  conditions: [{ key: 'FinalMajorStatus', values: ['Done'] }],
  value: 'CPUTime',
};

export const accountingRoutes = {
  'GET /bff/accounting/types': {
    summary: 'Types of accounting records with their keys and values',
    operationId: 'get_accounting_types',
    access: user,
    success: { status: 200, body: z.array(recordType) },
    errors: [],
  },
  'POST /bff/accounting/report': {
    summary: 'Time series of one value, by one key',
    operationId: 'get_accounting_report',
    access: user,
    body: z.object({ ...question, grouping: z.string().max(64).optional() }),
    success: {
      status: 200,
      body: z.object({
        type: z.string(),
        value: z.string(),
        unit: z.string(),
        grouping: z.string().nullable(),
        /** Point n is the interval that begins n widths after `start`. */
        start: instant,
        widthS: z.number(),
        series: z.array(series),
        all: series,
      }),
    },
    errors: ['input.invalid'],
    example: {
      body: { ...exampleQuestion, grouping: 'Site' },
    },
  },
  'POST /bff/accounting/histogram': {
    summary: 'How single records are spread over the sizes of a value',
    operationId: 'get_accounting_histogram',
    access: user,
    body: z.object(question),
    success: {
      status: 200,
      body: z.object({
        type: z.string(),
        value: z.string(),
        unit: z.string(),
        /** Bin n counts the records of at least n and less than n + 1 widths. */
        binWidth: z.number(),
        bins: z.array(z.number()),
      }),
    },
    errors: ['input.invalid'],
    example: {
      body: exampleQuestion,
    },
  },
} as const satisfies RouteTable;
