import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceAddress, openCode } from './device-address.ts';

test('two addresses of the portal are about log-ins elsewhere, all others are the desktop', () => {
  assert.deepEqual(deviceAddress('/device', '?user_code=BCDF-GHJK'), {
    kind: 'code',
    handle: 'BCDF-GHJK',
    fault: undefined,
  });
  assert.deepEqual(deviceAddress('/device', '?fault=not-found'), {
    kind: 'code',
    handle: undefined,
    fault: 'not-found',
  });
  assert.deepEqual(deviceAddress('/authorize', '?request=abc'), {
    kind: 'request',
    handle: 'abc',
    fault: undefined,
  });
  for (const path of ['/', '/device/', '/devices', '/x']) assert.equal(deviceAddress(path, ''), undefined);
});

test('what was typed cannot leave its place in the address', () => {
  assert.equal(openCode(' BCDF GHJK&x=1 '), '/api/auth/device?user_code=BCDF%20GHJK%26x%3D1');
});
