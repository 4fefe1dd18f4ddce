import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdTokenSeal } from './id-token-seal.ts';

const idToken = 'eyJ.head.tail';

test('a sealed ID token opens for its account alone, and not with another secret', () => {
  const seal = createIdTokenSeal('a secret');
  const sealed = seal.seal(idToken, 'a1');
  assert(!Buffer.from(sealed, 'base64url').includes('head'));
  assert.equal(seal.open(sealed, 'a1'), idToken);
  assert.equal(seal.open(sealed, 'a2'), undefined);
  assert.equal(createIdTokenSeal('another').open(sealed, 'a1'), undefined);
});

test('what was changed or cut does not open', () => {
  const seal = createIdTokenSeal('a secret');
  const sealed = Buffer.from(seal.seal(idToken, 'a1'), 'base64url');
  const changed = Buffer.from(sealed);
  changed[0] = (changed[0] ?? 0) ^ 1;
  for (const bad of [Buffer.alloc(0), Buffer.alloc(3), sealed.subarray(0, -1), changed])
    assert.equal(seal.open(bad.toString('base64url'), 'a1'), undefined);
});
