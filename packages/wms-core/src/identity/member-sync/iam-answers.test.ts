import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../../testing/property-runs.ts';
import { readIamPage, slashFormOfRfc2253 } from './iam-answers.ts';
import { readVomsAdminPage } from './voms-admin-answers.ts';

for (const [written, slash] of [
  [
    'CN=Jane Doe jdoe@example.org,O=Example University,C=NL',
    '/C=NL/O=Example University/CN=Jane Doe jdoe@example.org',
  ],
  ['CN=Doe\\, Jane, O=A\\+B', '/O=A+B/CN=Doe, Jane'],
  ['CN=J\\C3\\A4ne,DC=org', '/DC=org/CN=Jäne'],
  ['E=jane@example.org,CN=host/ce.example.org', '/CN=host/ce.example.org/emailAddress=jane@example.org'],
  ['', undefined],
  ['Jane Doe', undefined],
  ['CN=Jane,rubbish', undefined],
] as const)
  test(`“${written}” is ${slash ?? 'no name'}`, () => assert.equal(slashFormOfRfc2253(written), slash));

test('no text makes the reader of names fail', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const slash = slashFormOfRfc2253(text);
      assert.ok(slash === undefined || slash.startsWith('/'));
    }),
    propertyRuns(),
  );
});

test('whatever a service sends, it is read whole or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (answer) => {
      for (const read of [readIamPage, readVomsAdminPage])
        try {
          read(answer);
        } catch (error) {
          assert.equal((error as Error).name, 'ZodError');
        }
    }),
    propertyRuns(),
  );
});
