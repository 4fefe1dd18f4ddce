/**
 * Accounting reports: time series of what was consumed, by whatever the records are keyed with. Nobody learns of
 * another VO; who may not see the whole VO gets his own part, so the names of others never appear (wms.md §10).
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import { visibleCircle } from '../jobs/job-rights.ts';
import type { Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { AccountingReportRequest, AccountingUseCases } from '../use-cases.ts';
import { axisOf, seriesOf, type GroupSums } from './accounting-report.ts';
import { sumBuckets, type BucketSums, type ColumnCondition } from './accounting-report.store.ts';
import {
  derive,
  type AccountingKey,
  type DerivedKey,
  type RatioValue,
  type RecordType,
  type StoredValue,
} from './record-type.ts';
import { findRecordType, recordTypes } from './record-types.ts';

const latestMs = Date.UTC(9999, 11, 31);

export function createAccountingReports(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
}): AccountingUseCases {
  function visibleTo(
    principal: UserPrincipal,
    type: RecordType,
    used: readonly Key[],
  ): readonly ColumnCondition[] {
    if (!tellsOfPeople(type, used) || hasProperty(principal, 'AccountingMonitor')) return [];
    const circle = visibleCircle(principal, parts.configuration.current().values.jobVisibility);
    if (circle === 'vo') return [];
    const own = { column: ownerColumn, values: [principal.userName] };
    return circle === 'own' ? [own] : [own, { column: ownerGroupColumn, values: [principal.group] }];
  }

  return {
    async report(principal, request) {
      const nowMs = parts.clock.nowMs();
      const type = typeOf(request);
      const value = valueOf(type, request);
      const stored = value.kind === 'ratio' ? dividedBy(type, value) : [value];
      const grouping = request.grouping === undefined ? undefined : keyOf(type, request.grouping, 'grouping');
      const chosen = request.conditions.map(
        ({ key, values }) => [keyOf(type, key, 'conditions'), new Set(values)] as const,
      );
      const used = [grouping, ...chosen.map(([key]) => key)].flatMap((key) => key ?? []);
      const axis = axisOf(type, request.fromMs, checkedEnd(request), nowMs);
      const derived = chosen.filter(([key]) => 'from' in key);
      const needed = [grouping, ...derived.map(([key]) => key)].flatMap((key) => key ?? []);
      const found = await parts.database.readHeavy(() =>
        sumBuckets(type, {
          vo: principal.vo,
          fromMs: axis.startMs,
          toMs: axis.startMs + axis.points * axis.widthMs,
          conditions: chosen.flatMap(([key, values]) =>
            'from' in key ? [] : [{ column: key.column, values: [...values] }],
          ),
          visible: visibleTo(principal, type, used),
          groups: [...new Set(needed.map((key) => columnOf(type, key)))],
          sums: stored.map(({ column }) => column),
        }),
      );
      const rows = found
        .filter((row) => derived.every(([key, values]) => values.has(read(type, key, row))))
        .map((row): GroupSums => ({ ...row, group: grouping ? read(type, grouping, row) : '' }));
      const { series, all } = seriesOf(rows, value, stored, axis, nowMs);
      return {
        type: type.name,
        value: value.name,
        unit: value.unit,
        grouping: grouping?.name ?? null,
        ...axis,
        series: grouping ? series : [all],
        all,
      };
    },
  };
}

type Key = AccountingKey | DerivedKey;

const ownerColumn = 'owner';
const ownerGroupColumn = 'owner_group';

function tellsOfPeople({ namesPeople }: RecordType, used: readonly Key[]): boolean {
  if (namesPeople !== 'whenAsked') return namesPeople === 'always';
  return used.some((key) => 'column' in key && [ownerColumn, ownerGroupColumn].includes(key.column));
}

const namesOf = (named: readonly { readonly name: string }[]): string =>
  named.map(({ name }) => name).join(', ');

const invalid = (field: string, message: string): WmsError =>
  new WmsError('input.invalid', message, { field });

function typeOf(request: AccountingReportRequest): RecordType {
  const type = findRecordType(request.type);
  if (!type)
    throw invalid(
      'type',
      `There is no record type ${request.type.slice(0, 64)}; there are ${namesOf(recordTypes)}.`,
    );
  return type;
}

function valueOf(type: RecordType, { value }: AccountingReportRequest): StoredValue | RatioValue {
  const all = [...type.values, ...type.ratios];
  const found = all.find(({ name }) => name === value);
  if (!found)
    throw invalid('value', `${type.name} has no value ${value.slice(0, 64)}; it has ${namesOf(all)}.`);
  return found;
}

function keyOf(type: RecordType, name: string, field: string): Key {
  const all = [...type.keys, ...type.derivedKeys];
  const found = all.find((key) => key.name === name);
  if (!found) throw invalid(field, `${type.name} has no key ${name.slice(0, 64)}; it has ${namesOf(all)}.`);
  return found;
}

function checkedEnd({ fromMs, toMs }: AccountingReportRequest): number {
  if (!(fromMs >= 0 && toMs > fromMs && toMs <= latestMs))
    throw invalid('to', 'The report must end after it begins, and begin after 1970.');
  return toMs;
}

const dividedBy = (type: RecordType, ratio: RatioValue): readonly StoredValue[] =>
  [ratio.numerator, ratio.denominator].flatMap((name) => type.values.filter((value) => value.name === name));

/** The column a key is read from; a derived key is read from that of another one. */
function columnOf(type: RecordType, key: Key): string {
  if ('column' in key) return key.column;
  const base = type.keys.find(({ name }) => name === key.from);
  if (!base) throw new Error(`${type.name}: ${key.name} is derived from nothing`);
  return base.column;
}

function read(type: RecordType, key: Key, { groups }: BucketSums): string {
  const text = groups[columnOf(type, key)] ?? '';
  return 'from' in key ? derive(key, text) : text;
}
