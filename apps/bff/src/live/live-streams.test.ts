/** Live events as a browser hears them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nextOf, readEvents } from '../testing/events-reader.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

const changed = (sequence: number, id: string) =>
  ({ sequence, noun: 'job', id, vo: null, owner: null, ownerGroup: null }) as const;

test('changes arrive as ids, once each, with the sequence to continue from', async () => {
  const visitor = await server.logIn('mkolar');
  const leave = new AbortController();
  const stream = await visitor.send('GET', '/bff/events?group=training_user', { signal: leave.signal });
  assert.match(stream.headers.get('content-type') ?? '', /^text\/event-stream/);
  const events = readEvents(stream);
  assert.equal((await nextOf(events, 'hello')).id, '40', 'a place to come back to before anything happened');
  server.fake.ring([changed(41, '7'), changed(42, '7')]);
  const message = await nextOf(events, 'changed');
  assert.equal(message.id, '42');
  assert.deepEqual(message.data, {
    type: 'changed',
    jobs: [7],
    pilots: [],
    operations: [],
    notices: false,
    proxies: false,
    configuration: false,
  });
  assert.equal((await nextOf(events, 'hello')).id, undefined);
  leave.abort();
});

test('a client that comes back names the last event it saw; nonsense counts as none', async () => {
  const visitor = await server.logIn('mkolar');
  for (const [header, expected] of [
    ['42', 42],
    ['-1', undefined],
    ['x', undefined],
    ['9'.repeat(40), undefined],
  ] as const) {
    const leave = new AbortController();
    const stream = await visitor.send('GET', '/bff/events', {
      headers: { 'last-event-id': header },
      signal: leave.signal,
    });
    await nextOf(readEvents(stream), 'hello');
    assert.equal(server.fake.replays.at(-1), expected);
    leave.abort();
  }
});

test('live events of a group that is not the own are refused', async () => {
  const visitor = await server.logIn('mkolar');
  assert.equal((await visitor.send('GET', '/bff/events?group=access_admin')).status, 403);
});

test('a session that ends by time ends its live events', async () => {
  await using own = await startTestServer();
  const visitor = await own.logIn('mkolar');
  const events = readEvents(await visitor.send('GET', '/bff/events'));
  await nextOf(events, 'hello');
  own.clock.advanceS(1801);
  await assert.rejects(nextOf(events, 'never'), /the stream ended/);
});

test('a membership that ends takes its live events with it', async () => {
  await using own = await startTestServer();
  const visitor = await own.logIn('mkolar');
  const events = readEvents(await visitor.send('GET', '/bff/events?group=training_user'));
  await nextOf(events, 'hello');
  await nextOf(events, 'hello');
  own.fake.setMemberships('mkolar', []);
  await assert.rejects(nextOf(events, 'never'), /the stream ended/);
});
