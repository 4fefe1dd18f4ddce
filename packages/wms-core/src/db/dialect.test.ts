import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isServerAway } from './dialect.ts';

const failure = (fields: object): Error => Object.assign(new Error('it failed'), fields);

for (const [what, error] of [
  ['a connection that is refused', failure({ code: 'ECONNREFUSED', syscall: 'connect' })],
  ['a pipe that broke, whose name is as long as an SQLSTATE', failure({ code: 'EPIPE', syscall: 'write' })],
  ['a server that shuts down', failure({ code: '57P01' })],
  ['a server that starts', failure({ code: '57P03' })],
  ['a connection that ended', new Error('Connection terminated unexpectedly')],
] as const)
  test(`${what} means that the database is away`, () => {
    assert.equal(isServerAway(error), true);
  });

for (const [what, error] of [
  ['a broken rule', failure({ code: '23505' })],
  ['a fault of the program', new TypeError('it is undefined')],
] as const)
  test(`${what} does not`, () => {
    assert.equal(isServerAway(error), false);
  });
