import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, beforeEach, afterEach, test } from 'node:test';
import { slashForm, validateChain, writeCertificates, type TrustStore } from '@wm/credentials';
import type { Credential } from '@wm/credentials/authority';
import { createTestPki, issueProxy, type TestPki } from '@wm/credentials/testing';
import { silentLogger } from '../../kernel/logger.ts';
import { startFakeVoms, vomsRefusal, type FakeVoms } from '../../testing/fake-voms.ts';
import { createFakeClock, type FakeClock } from '../../testing/index.ts';
import {
  createVomsAttributes,
  type StoredProxy,
  type VomsAttributesService,
} from './voms-attributes.service.ts';
import { createVomsFolders } from './voms-folders.adapter.ts';

const startMs = createFakeClock().nowMs();
const hourS = 3600;
const vo = 'vo.example.org';
const pilot = `/${vo}/Role=pilot`;

let pki: TestPki;
let [ada, host, impostor]: Credential[] = [];
let stored: StoredProxy;

before(async () => {
  pki = await createTestPki(startMs);
  ada = await pki.person('Ada');
  host = await pki.person('voms.example.org');
  impostor = await pki.person('impostor.example.org');
  const proxy = await issueProxy(ada, startMs);
  stored = {
    proxyId: 'proxy-1',
    chainPem: writeCertificates([proxy.certificate.der, ada.certificate.der, pki.issuer.certificate.der]),
    signingKey: async () => proxy.keys.privateKey,
  };
});

let folder: string;
let clock: FakeClock;
let trust: TrustStore;
let members: Map<string, readonly string[]>;
let servers: FakeVoms[];
let voms: VomsAttributesService;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-voms-'));
  clock = createFakeClock();
  trust = pki.trust;
  members = new Map([[slashForm(ada!.certificate.subject), [pilot]]]);
  servers = [];
  await trustServer(host!);
  voms = createVomsAttributes({
    clock,
    log: silentLogger,
    trust: { current: async () => trust },
    folders: createVomsFolders({
      vomses: join(folder, 'vomses'),
      vomsdir: join(folder, 'vomsdir'),
      clock,
      log: silentLogger,
    }),
    // The first server is asked first.
    random: () => 0.5,
  });
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function trustServer(server: Credential): Promise<void> {
  await mkdir(join(folder, 'vomsdir', vo), { recursive: true });
  const { subject, issuer } = server.certificate;
  const text = `${slashForm(subject)}\n${slashForm(issuer)}\n`;
  await writeFile(join(folder, 'vomsdir', vo, 'voms.example.org.lsc'), text);
}

/** One more server of the VO. */
async function serve(by: Credential = host!): Promise<FakeVoms> {
  const server = await startFakeVoms({ host: by, vo, members, nowMs: () => clock.nowMs() });
  servers.push(server);
  await writeFile(join(folder, 'vomses'), servers.map(({ vomses }) => vomses).join(''));
  return server;
}

const ask = (fqan?: string, lastsS = 0) =>
  voms.vomsAttributes(stored, { vo, fqan, untilMs: clock.nowMs() + lastsS * 1000 });

const isDown = (why: RegExp) => (error: { code: string; details: { reason: string }; message: string }) => {
  assert.equal(error.code, 'service.unavailable');
  assert.equal(error.details.reason, 'VOMS_DOWN');
  assert.match(error.message, why);
  return true;
};

test('a member gets what he asks for first, by a full proxy made for the question', async () => {
  const server = await serve();
  const { fqans } = await ask(pilot);
  assert.deepEqual(fqans, [pilot, `/${vo}`]);
  assert.deepEqual((await ask()).fqans, [`/${vo}`]);
  assert.deepEqual(server.asked, [`B/${vo}:pilot`, `G/${vo}`]);
  const [shown] = server.clients;
  const chain = await validateChain(shown!, pki.trust, startMs);
  assert.equal(chain.isLimited, false);
  assert.equal(chain.proxies.length, 2);
  assert.ok(!stored.chainPem.includes(writeCertificates([shown![0]!.der])));
});

test('what is not given is told in the words of the server', async () => {
  const server = await serve();
  await assert.rejects(ask(`/${vo}/Role=admin`), {
    code: 'access.denied',
    message: `VOMS of ${vo} does not give /${vo}/Role=admin: ${vo}: Unable to satisfy B/${vo}:admin request!`,
    details: { reason: 'VOMS_DENIED', serverMessage: `${vo}: Unable to satisfy B/${vo}:admin request!` },
  });
  members.clear();
  await assert.rejects(ask(pilot), /User unknown to this VO/);
  server.mishap = vomsRefusal(1004, 'User is currently suspended!\nSuspension reason: paper is missing');
  await assert.rejects(ask(), /suspended! Suspension reason: paper is missing/);
});

test('of a VO without servers nobody is asked', async () => {
  const unknown = { code: 'configuration.invalid', details: { reason: 'VOMS_UNKNOWN_VO' } };
  await assert.rejects(ask(), unknown);
  const server = await serve();
  clock.advanceS(61);
  await ask();
  await assert.rejects(voms.vomsAttributes(stored, { vo: 'biomed', untilMs: 0 }), unknown);
  await assert.rejects(ask('/biomed/Role=pilot'), { code: 'access.denied' });
  assert.equal(server.asked.length, 1);
});

test('attributes are kept until less than an hour is left, and asked anew before when they are needed longer', async () => {
  const server = await serve();
  await Promise.all([ask(pilot), ask(pilot), ask(pilot)]);
  clock.advanceS(22 * hourS);
  await ask(pilot, hourS);
  assert.equal(server.asked.length, 1);
  await ask(pilot, 10 * hourS);
  assert.equal(server.asked.length, 2);
  await ask(pilot, 30 * hourS);
  assert.equal(server.asked.length, 2, 'one that is fresh is the best there is');
  clock.advanceS(23 * hourS + 1);
  await ask(pilot);
  assert.equal(server.asked.length, 3);
  await voms.vomsAttributes({ ...stored, proxyId: 'proxy-2' }, { vo, fqan: pilot, untilMs: 0 });
  assert.equal(server.asked.length, 4);
});

test('a refusal is remembered for a minute', async () => {
  const server = await serve();
  members.clear();
  for (const _ of [1, 2, 3]) await assert.rejects(ask(pilot), { code: 'access.denied' });
  assert.equal(server.asked.length, 1);
  members.set(slashForm(ada!.certificate.subject), [pilot]);
  clock.advanceS(60);
  await ask(pilot);
});

test('a server that fails twice is left alone for five minutes, the next one answers', async () => {
  const [bad, good] = [await serve(), await serve()];
  bad.mishap = '';
  await ask(pilot);
  assert.deepEqual([bad.asked.length, good.asked.length], [2, 1]);
  bad.mishap = undefined;
  await ask();
  assert.deepEqual([bad.asked.length, good.asked.length], [2, 2]);
  clock.advanceS(300);
  await voms.vomsAttributes({ ...stored, proxyId: 'proxy-2' }, { vo, untilMs: 0 });
  assert.deepEqual([bad.asked.length, good.asked.length], [3, 2]);
});

test('a server that failed once is asked again at once', async () => {
  const server = await serve();
  server.mishaps.push('');
  await ask(pilot);
  assert.equal(server.asked.length, 2);
});

test('when no server is left it is said why, and again later', async () => {
  const server = await serve();
  await server.close();
  await assert.rejects(ask(), isDown(/ECONNREFUSED/));
  await assert.rejects(ask(pilot), isDown(/asked again in a few minutes/));
});

test('what is no answer is a server that is down', async () => {
  const server = await serve();
  server.mishap = vomsRefusal(1003, 'Error connecting to the database');
  await assert.rejects(ask(), isDown(/Error connecting to the database/));
  clock.advanceS(61);
  server.mishap = '<html>no VOMS here</html>';
  await assert.rejects(ask(), isDown(/something else than an answer/));
  clock.advanceS(301);
  server.mishap = 'x'.repeat(2 ** 20 + 1);
  await assert.rejects(ask(), isDown(/more than 1048576 bytes/));
});

test('a server with another name than its line, or of an authority nobody trusts, is told nothing', async () => {
  const named = await serve(impostor);
  const dn = slashForm(host!.certificate.subject);
  await writeFile(join(folder, 'vomses'), `"x" "127.0.0.1" "${named.port}" "${dn}" "${vo}"\n`);
  await assert.rejects(ask(), isDown(/it is ".*impostor.*" and not/));
  const rogue = await createTestPki(startMs);
  servers.length = 0;
  const untrusted = await serve(await rogue.person('voms.example.org'));
  clock.advanceS(301);
  await assert.rejects(ask(), isDown(/not an authority trusted here/));
  assert.deepEqual([...named.asked, ...untrusted.asked], []);
  await named.close();
});

test('attributes that are not true are not taken, and the next server is asked', async () => {
  const liar = await serve();
  for (const [reason, lie] of [
    ['AC_SIGNATURE', { signer: (await issueProxy(ada!, startMs)).keys.privateKey }],
    ['AC_HOLDER', { holder: impostor!.certificate }],
    ['AC_FQAN', { fqans: [pilot, '/biomed/Role=admin'] }],
    ['AC_NO_LSC', { host: 'elsewhere.example.org' }],
    ['AC_EXPIRED', { notAfterMs: startMs - 1 }],
  ] as const) {
    liar.lie = lie;
    await assert.rejects(ask(pilot), {
      code: 'service.unavailable',
      details: { reason: 'VOMS_DOWN', credential: reason },
    });
    clock.advanceS(61);
  }
  liar.lie = { fqans: [`/${vo}`] };
  await assert.rejects(ask(pilot), /it gave \/vo\.example\.org instead/);
  liar.lie = { holder: impostor!.certificate };
  await serve();
  clock.advanceS(61);
  assert.deepEqual((await ask(pilot)).fqans[0], pilot);
});

test('a server that the VO no longer names is not believed, within a minute', async () => {
  await serve();
  await ask();
  await trustServer(impostor!);
  clock.advanceS(61);
  await assert.rejects(ask(pilot), { details: { reason: 'VOMS_DOWN', credential: 'AC_LSC' } });
});
