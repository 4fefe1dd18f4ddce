/**
 * Accounting reports: time series of what was consumed, by whatever the records are keyed with, and how single records
 * are spread. Nobody learns of another VO; who may not see the whole VO gets his own part, so the names of others never
 * appear (wms.md §10).
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import { visibleCircle } from '../jobs/job-rights.ts';
import type { Clock } from '../kernel/clock.ts';
import type { AccountingUseCases } from '../use-cases.ts';
import { binCounts, largestValue } from './accounting-histogram.store.ts';
import { binsOf, binWidthFor } from './accounting-histogram.ts';
import {
  columnOf,
  invalid,
  keyOf,
  readQuestion,
  textOf,
  type Key,
  type Question,
} from './accounting-question.ts';
import { recordTables } from './accounting-records.store.ts';
import { axisOf, seriesOf, type GroupSums } from './accounting-report.ts';
import { sumBuckets, type ColumnCondition } from './accounting-report.store.ts';
import type { RatioValue, RecordType, StoredValue } from './record-type.ts';

export function createAccountingReports(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
}): AccountingUseCases {
  function visibleTo(
    principal: UserPrincipal,
    type: RecordType,
    keys: readonly Key[],
  ): readonly ColumnCondition[] {
    if (!tellsOfPeople(type, keys) || hasProperty(principal, 'AccountingMonitor')) return [];
    const circle = visibleCircle(principal, parts.configuration.current().values.jobVisibility);
    if (circle === 'vo') return [];
    const own = { column: ownerColumn, values: [principal.userName] };
    return circle === 'own' ? [own] : [own, { column: ownerGroupColumn, values: [principal.group] }];
  }

  return {
    async report(principal, request) {
      const nowMs = parts.clock.nowMs();
      const { columns, conditions, keeps, keys, type, value } = readQuestion(request);
      const stored = value.kind === 'ratio' ? dividedBy(type, value) : [value];
      const grouping = request.grouping === undefined ? [] : [keyOf(type, request.grouping, 'grouping')];
      const axis = axisOf(type, request.fromMs, request.toMs, nowMs);
      const found = await parts.database.readHeavy(() =>
        sumBuckets(type, {
          vo: principal.vo,
          fromMs: axis.startMs,
          toMs: axis.startMs + axis.points * axis.widthMs,
          conditions,
          visible: visibleTo(principal, type, [...grouping, ...keys]),
          groups: [...new Set([...grouping.map((key) => columnOf(type, key)), ...columns])],
          sums: stored.map(({ column }) => column),
        }),
      );
      const rows = found
        .filter(({ groups }) => keeps(groups))
        .map((row): GroupSums => ({
          ...row,
          group: grouping.map((key) => textOf(type, key, row.groups)).join(''),
        }));
      const { series, all } = seriesOf(rows, value, stored, axis, nowMs);
      return {
        type: type.name,
        value: value.name,
        unit: value.unit,
        grouping: grouping[0]?.name ?? null,
        ...axis,
        series: grouping.length > 0 ? series : [all],
        all,
      };
    },

    async histogram(principal, request) {
      const question = readQuestion(request);
      const { conditions, columns, keeps, keys, type } = question;
      const value = singleValue(question);
      const query = {
        vo: principal.vo,
        fromMs: request.fromMs,
        toMs: request.toMs,
        conditions,
        visible: visibleTo(principal, type, keys),
      };
      return await parts.database.readHeavy(function* () {
        const width = binWidthFor(yield* largestValue(type, value, query));
        const counts = yield* binCounts(type, value, { ...query, width, columns });
        return {
          type: type.name,
          value: value.name,
          unit: value.unit,
          binWidth: width / value.storedPerUnit,
          bins: binsOf(counts.filter(({ groups }) => keeps(groups))),
        };
      });
    },
  };
}

const ownerColumn = 'owner';
const ownerGroupColumn = 'owner_group';

function tellsOfPeople({ namesPeople }: RecordType, keys: readonly Key[]): boolean {
  if (namesPeople !== 'whenAsked') return namesPeople === 'always';
  return keys.some((key) => 'column' in key && [ownerColumn, ownerGroupColumn].includes(key.column));
}

const dividedBy = (type: RecordType, ratio: RatioValue): readonly StoredValue[] =>
  [ratio.numerator, ratio.denominator].flatMap((name) => type.values.filter((value) => value.name === name));

/** A value that single records of the type have. */
function singleValue({ type, value }: Question): StoredValue {
  const kept = recordTables.map((table) => table.type);
  if (!kept.includes(type))
    throw invalid(
      'type',
      `Single records of ${type.name} are not kept; those of ${kept.map(({ name }) => name).join(', ')} are.`,
    );
  if (value.kind === 'ratio' || value.column === 'entries')
    throw invalid('value', `${value.name} is no value of a single record; ask for what is added up.`);
  return value;
}
