/**
 * Whose things are whose: every route that names an object × owner, colleague and manager of its VO and of another one,
 * with the real core behind. To who must not know of it, it is not there.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startRealServer, type RealServer } from './testing/real-server.ts';
import { methodOf, table } from './testing/route-calls.ts';
import {
  askers,
  objectConfiguration,
  routeObjects,
  withoutOwner,
  type Asker,
  type World,
} from './testing/route-objects.ts';
import type { Visitor } from './testing/visitor.ts';

let server: RealServer;
const people = new Map<string, Visitor>();

function as(userName: string): Visitor {
  const visitor = people.get(userName);
  assert.ok(visitor, userName);
  return visitor;
}

before(async () => {
  server = await startRealServer({ configuration: objectConfiguration });
  for (const userName of ['mkolar', 'iortega', 'jlind', 'kim', 'nora', 'otto', 'pia'])
    people.set(userName, await server.logIn(userName));
});
after(() => server[Symbol.asyncDispose]());

const world: World = { as, logIn: (userName) => server.logIn(userName) };

/** What tells nothing of the object but that the caller must not know of it. */
const hidden = ['not-found', 'job.not-found', 'access.denied'];

for (const [key] of table.filter(([name]) => name.includes('/:'))) {
  const object = routeObjects[key];
  if (object === undefined) {
    test(`${key} names nobody's object`, () => assert.ok(withoutOwner[key], 'say who may know of it'));
    continue;
  }
  const ask = async (asker: Asker, parameters: Readonly<Record<string, string | number>>) => {
    const [userName, group] = askers[asker];
    const path = key
      .slice(key.indexOf(' ') + 1)
      .replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
    const response = await as(userName).send(methodOf(key), path + (object.query ?? ''), {
      headers: { 'x-wm-group': group },
      ...(object.body === undefined ? {} : { body: object.body(group) }),
    });
    const text = await response.text();
    return { status: response.status, code: /"code":"([a-z.-]+)"/.exec(text)?.[1] ?? '', text };
  };
  test(`${key}: known to ${object.knownTo.join(', ') || 'none of these'} and to nobody else`, async () => {
    const others = (Object.keys(askers) as Asker[]).filter((asker) => !object.knownTo.includes(asker));
    const made = await object.make(world);
    for (const asker of others) {
      const { status, code, text } = await ask(asker, made);
      assert.ok(hidden.includes(code) || status === 404, `${asker}: ${status} ${text}`);
    }
    for (const asker of object.knownTo) {
      const { status, code, text } = await ask(
        asker,
        asker === object.knownTo[0] ? made : await object.make(world),
      );
      assert.ok(!hidden.includes(code) && status < 500, `${asker}: ${status} ${text}`);
      assert.ok(status !== 401 && status !== 403, `${asker}: ${status} ${text}`);
    }
  });
}

test('no object is made for a route that is not there', () => {
  const keys = table.map(([key]) => key as string);
  for (const key of [...Object.keys(routeObjects), ...Object.keys(withoutOwner)])
    assert.ok(keys.includes(key), key);
});
