import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyLayout, reduceLayout } from './desktop-layout.ts';
import { applicationLink, desktopLink, readLink } from './links.ts';

const origin = 'https://portal.example';
const addressOf = (link: string) => {
  const { hash, search } = new URL(link);
  return { hash, search };
};

test('a link to an application carries its state, whatever letters are in it', () => {
  const state = { filters: { JobName: 'Größe ☃ & co' } };
  const link = applicationLink(origin, 'job-monitor', state, 'access_user');
  assert.deepEqual(readLink(addressOf(link)), {
    kind: 'application',
    applicationId: 'job-monitor',
    state,
    group: 'access_user',
  });
});

test('a link can be written by hand, also as a query', () => {
  assert.deepEqual(readLink({ hash: '', search: '?open=job-monitor&jobIds=1,5&list=[1]' }), {
    kind: 'application',
    applicationId: 'job-monitor',
    state: { jobIds: '1,5', list: [1] },
    group: undefined,
  });
});

test('a link to a desktop brings its windows', () => {
  const layout = reduceLayout(emptyLayout, {
    kind: 'open',
    window: { id: 'w1', applicationId: 'notepad', stateVersion: 1, state: { note: 'x' } },
    aspect: 1,
  });
  const target = readLink(addressOf(desktopLink(origin, layout, undefined)));
  assert.ok(target?.kind === 'desktop');
  assert.deepEqual(target.layout.windows, layout.windows);
});

test('an address that asks for nothing, or nonsense, opens nothing', () => {
  assert.equal(readLink({ hash: '', search: '' }), undefined);
  assert.equal(readLink({ hash: '#desktop=%%%', search: '?login-error=x' }), undefined);
  assert.equal(readLink({ hash: '#section', search: '' }), undefined);
});
