import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noPilotFigures, summaryOf } from '@wm/wms-core/vocabulary';
import type { PilotsBySite } from '../../server-state/pilots.ts';
import { nameOf, pilotSummaryColumns, placesOf } from './pilot-summary-rows.ts';

const summary = summaryOf({ ...noPilotFigures, byStatus: { ...noPilotFigures.byStatus, Running: 12 } });
const answer = (...computingElements: readonly string[]): PilotsBySite => ({
  at: '2026-11-26T10:00:00.000Z',
  sites: [
    {
      site: 'EGI.A.org',
      ...summary,
      computingElements: computingElements.map((computingElement) => ({ computingElement, ...summary })),
    },
  ],
});

test('a site with one computing element is that element, with several it unfolds', () => {
  const [one] = placesOf(answer('ce1'));
  assert.deepEqual([one && nameOf(one.row), one?.parts], ['EGI.A.org / ce1', []]);
  const [several] = placesOf(answer('ce1', 'ce2'));
  assert.equal(several && nameOf(several.row), 'EGI.A.org');
  assert.deepEqual(
    several?.parts.map(({ row }) => nameOf(row)),
    ['EGI.A.org / ce1', 'EGI.A.org / ce2'],
  );
  const element = pilotSummaryColumns.find(({ id }) => id === 'CE');
  assert.deepEqual(
    [several, several?.parts[1]].map((each) => each && element?.value(each.row)),
    ['Multiple', 'ce2'],
  );
});

test('columns and their order are those of the classic portal', () => {
  const shown = pilotSummaryColumns.filter(({ isHidden }) => isHidden !== true).map(({ title }) => title);
  assert.equal(
    shown.join(' · '),
    'Site · CE · Status · PilotJobEff (%) · PilotsPerJob · Waiting · Running · Done · Aborted · Aborted_Hour · Failed',
  );
  const hidden = pilotSummaryColumns.filter(({ isHidden }) => isHidden === true).map(({ id }) => id);
  assert.deepEqual(hidden, ['Submitted', 'Deleted', 'Unknown', 'Done_Empty', 'Total']);
});
