/** The columns of the access matrix that come by the certificate port: every route × certificate, proxy, limited proxy. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readCredential, type Credential } from '@wm/credentials/authority';
import { issueProxy } from '@wm/credentials/testing';
import { callerKinds, verdictOf, type CallerKind } from '../auth/access-matrix.ts';
import { createProgram, type Program } from '../testing/certificate-program.ts';
import { startRealServer, type RealServer } from '../testing/real-server.ts';
import { badBodyOf, methodOf, pathOf, refusals, table } from '../testing/route-calls.ts';

let server: RealServer;
const programs = new Map<CallerKind['shows'], Program>();

before(async () => {
  server = await startRealServer();
  const person = await readCredential(await readFile(join(server.demoFolder, 'mkolar.pem'), 'utf8'));
  // Through its page the account of the certificate comes to be.
  await server.logIn('mkolar');
  const { keys } = person;
  const proxyOf = (policy: 'inheritAll' | 'limited'): Promise<Credential> =>
    issueProxy(person, Date.now(), { keys, policy });
  const open = (chain: readonly Credential[]): Promise<Program> =>
    createProgram({ ca: server.demoAuthority, chain, keepAlive: true });
  programs.set('certificate', await open([person]));
  programs.set('proxy', await open([await proxyOf('inheritAll'), person]));
  programs.set('limited proxy', await open([await proxyOf('limited'), person]));
});
after(async () => {
  for (const program of programs.values()) program[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const columns = callerKinds.filter(({ shows }) =>
  (['certificate', 'proxy', 'limited proxy'] as const).some((known) => known === shows),
);

for (const caller of columns)
  test(`every route gives ${caller.name} the verdict of the matrix`, async () => {
    const program = programs.get(caller.shows);
    assert.ok(program);
    for (const [key, route] of table) {
      const url = new URL(pathOf(key), server.certificateOrigin).href;
      const answer = await program.send(methodOf(key), url, {
        headers: { 'x-wm-group': 'access_user' },
        ...badBodyOf(key),
      });
      const isJson = answer.headers['content-type']?.includes('json') ?? false;
      const code = (isJson ? answer.json().code : undefined) ?? '';
      const expected = verdictOf(key, route, caller);
      const told = `${key}: ${expected}, not ${answer.status} ${code}`;
      if (expected === 'absent') assert.deepEqual([answer.status, isJson], [404, false], told);
      else if (expected === 'in') assert.ok(!refusals.includes(code), told);
      else assert.equal(code, expected, told);
    }
  });
