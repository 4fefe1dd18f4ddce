import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchConditions } from '../../widgets/grid-application/filters.ts';
import { pilotMenu } from './pilot-menu.ts';
import { fulfilWish, readState, startState } from './pilot-monitor-state.ts';
import { pilotFilterSpec } from './pilot-selectors.ts';

test('a pilot asked for by its stamp is the only one looked for', () => {
  const state = fulfilWish({ ...startState, page: 3, pilotStamp: 'ab12' });
  assert.equal(state.page, 1);
  assert.deepEqual(searchConditions(pilotFilterSpec, state.filters, 0), [
    { parameter: 'PilotStamp', operator: 'in', values: ['ab12'] },
  ]);
  assert.equal(fulfilWish(startState), startState);
});

test('stored states are read back', () => {
  assert.deepEqual(readState(null), startState);
  assert.equal(readState({ pilotStamp: 'ab12' }).pilotStamp, 'ab12');
});

test('the menu offers jobs, output, error and log', () => {
  const labels = pilotMenu({ GridSite: 'EGI.CESNET.cz' }).flatMap((entry) =>
    entry.kind === 'rule' ? [] : [entry.label],
  );
  assert.deepEqual(labels, [
    'Show jobs',
    'Get StdOut',
    'Get StdErr',
    'Pilot log',
    'Copy reference',
    'Show pilots of the same',
  ]);
});
