/** Accounting for the portal: the types of records, and reports with instants as texts. */
import {
  plotsByType,
  recordTypes,
  type AccountingSeries,
  type Core,
  type RecordType,
} from '@wm/wms-core/vocabulary';
import type { HandlersOf } from '../http/handler.ts';
import { iso } from './iso.ts';

type AccountingRoutes =
  'GET /bff/accounting/types' | 'POST /bff/accounting/report' | 'POST /bff/accounting/histogram';

export function accountingRoutes(core: Pick<Core, 'accounting'>): HandlersOf<AccountingRoutes> {
  return {
    'GET /bff/accounting/types': async () => recordTypes.map(typeView),
    'POST /bff/accounting/report': async ({ principal, body }) => {
      const { from, to, ...asked } = body;
      const { startMs, widthMs, series, all, type, value, unit, grouping } = await core.accounting.report(
        principal,
        { ...asked, fromMs: Date.parse(from), toMs: Date.parse(to) },
      );
      return {
        type,
        value,
        unit,
        grouping,
        start: iso(startMs),
        widthS: widthMs / 1000,
        series: series.map(seriesView),
        all: seriesView(all),
      };
    },
    'POST /bff/accounting/histogram': async ({ principal, body }) => {
      const { from, to, ...asked } = body;
      const { bins, ...found } = await core.accounting.histogram(principal, {
        ...asked,
        fromMs: Date.parse(from),
        toMs: Date.parse(to),
      });
      return { ...found, bins: [...bins] };
    },
  };
}

const seriesView = ({ group, points, total }: AccountingSeries) => ({ group, points: [...points], total });

const named = ({
  name,
  label,
  help,
}: {
  readonly name: string;
  readonly label: string;
  readonly help: string;
}) => ({
  name,
  label,
  help,
});

const typeView = (type: RecordType) => ({
  ...named(type),
  keys: [...type.keys, ...type.derivedKeys].map(named),
  values: [
    ...type.values.map((value) => ({ ...named(value), unit: value.unit, kind: value.kind })),
    ...type.ratios.map((ratio) => ({ ...named(ratio), unit: ratio.unit, kind: ratio.kind })),
  ],
  plots: [...plotsByType[type.name]],
});
