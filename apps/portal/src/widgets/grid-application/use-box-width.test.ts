import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasRoomForColumns, roomFor } from './use-box-width.ts';

test('the selectors make room for the drawer before the list does', () => {
  assert.equal(roomFor(1400, true), 'wide');
  assert.equal(roomFor(1060, true), 'tight');
  assert.equal(roomFor(1060, false), 'wide');
  assert.equal(roomFor(500, false), 'narrow');
  assert.equal(roomFor(undefined, true), 'wide');
});

test('on a phone held upright there is no room for columns; a narrow window of a desktop keeps them', () => {
  assert.equal(hasRoomForColumns('phone', 390), false);
  assert.equal(hasRoomForColumns('phone', 740), true);
  assert.equal(hasRoomForColumns('phone', undefined), true);
  assert.equal(hasRoomForColumns('wide', 390), true);
});
