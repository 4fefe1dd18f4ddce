import { plotsByType, recordTypes, type PlotForm, type RecordType } from '@wm/wms-core/vocabulary';
import { code, document, table, type Page } from './markdown.ts';

const units: readonly (readonly [label: string, ms: number])[] = [
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

function duration(ms: number): string {
  const [label, unitMs] = units.find(([, each]) => ms % each === 0) ?? ['second', 1000];
  const count = ms / unitMs;
  return `${count} ${label}${count === 1 ? '' : 's'}`;
}

const days = (ms: number): string => `${ms / 86_400_000} days`;

const forms: Readonly<Record<PlotForm, string>> = {
  series: 'as reported',
  rate: 'per second of its interval',
  cumulative: 'summed up from the beginning',
  pie: 'totals of the groups',
  histogram: 'spread of single records',
};

const section = ({
  name,
  label,
  help,
  keys,
  derivedKeys,
  values,
  ratios,
  buckets,
}: RecordType): readonly string[] => [
  `## ${label}`,
  help,
  table(
    ['Key', 'Means'],
    [
      ...keys.map((key) => [code(key.name), key.help]),
      ...derivedKeys.map((key) => [code(key.name), `${key.help} Derived from ${code(key.from)}.`]),
    ],
  ),
  table(
    ['Value', 'Unit', 'Means'],
    [
      ...values.map((value) => [code(value.name), value.unit, value.help]),
      ...ratios.map((ratio) => [code(ratio.name), ratio.unit, ratio.help]),
    ],
  ),
  table(
    ['Plot', 'Value', 'Drawn'],
    plotsByType[name].map((plot) => [plot.name, code(plot.value), forms[plot.form]]),
  ),
  table(
    ['Age up to', 'Bucket'],
    buckets.map(({ untilAgeMs, widthMs }) => [days(untilAgeMs), duration(widthMs)]),
  ),
];

export const accountingPage: Page = {
  file: 'accounting.md',
  title: 'Accounting records',
  render: () =>
    document(
      'Accounting records',
      'packages/wms-core/src/accounting/record-types.ts',
      'Types, keys and values of `POST /bff/accounting/report`, and of `POST /bff/accounting/histogram` where a plot is the spread of single records. Every record belongs to one VO, and a report never leaves it. Buckets older than the last age are dropped.',
      ...recordTypes.flatMap(section),
    ),
};
