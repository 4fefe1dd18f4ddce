import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { before, test } from 'node:test';
import { parseCertificate, readPem, validateChain, type TrustStore } from '@wm/credentials';
import type { Credential } from '@wm/credentials/authority';
import { createTestPki, type TestPki } from '@wm/credentials/testing';
import { rows } from '../db/database.ts';
import { aConfiguration, configurationHolder } from '../testing/index.ts';
import { openPayloadWorld, payloadStartMs as startMs } from '../testing/payload-world.ts';
import { createPilotProxies } from './pilot-proxies.service.ts';
import { vomsError } from './voms/voms-errors.ts';

const hourS = 3600;
const whose = { user: 'ada', group: 'biomed_pilot' };

let pki: TestPki;
let ada: Credential;

before(async () => {
  pki = await createTestPki(startMs);
  ada = await pki.person('Ada');
});

const configuration = (pilot: object = {}) =>
  aConfiguration({
    vos: {
      biomed: {
        groups: {
          biomed_user: { properties: ['NormalUser'], users: ['ada'] },
          biomed_pilot: { properties: ['GenericPilot'], users: ['ada'], ...pilot },
        },
      },
    },
    users: { ada: {} },
  });

async function world(options: { readonly lastsS?: number; readonly pilot?: object } = {}) {
  const values = configuration(options.pilot);
  const payload = await openPayloadWorld({
    pki,
    ada,
    configuration: values,
    lastsS: options.lastsS ?? 900 * hourS,
  });
  let current = values;
  let trust: TrustStore = pki.trust;
  const asked: (string | undefined)[] = [];
  let refusal: Error | undefined;
  const take = createPilotProxies({
    ...payload.deps,
    configuration: { current: () => configurationHolder(current).current() },
    trust: { current: async () => trust },
    voms: {
      async vomsAttributes(_stored, { fqan, untilMs }) {
        asked.push(fqan);
        if (refusal) throw refusal;
        // Any DER will do here: what VOMS gives is tested with the payloads.
        return { attributeCertificate: Uint8Array.of(0x30, 0x00), fqans: [fqan ?? ''], notAfterMs: untilMs };
      },
    },
  });
  return {
    ...payload,
    take,
    asked,
    refuse: (error: Error | undefined) => void (refusal = error),
    configure: (pilot: object) => void (current = configuration(pilot)),
    revoke: async () => void (trust = await pki.revoke(ada.certificate)),
  };
}

const chainOf = (pem: string) =>
  readPem(pem)
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ der }) => parseCertificate(der));

test('pilots go out with a full proxy of their group for twelve hours, with its key', async () => {
  await using w = await world();
  const pem = await w.take(whose);
  const chain = await validateChain(chainOf(pem), pki.trust, startMs);
  assert.deepEqual([chain.isLimited, chain.diracGroup], [false, 'biomed_pilot']);
  assert.equal(chain.notAfterMs, startMs + 12 * hourS * 1000);
  assert.ok(createPrivateKey(pem).type === 'private');
  const [entry] = await w.database.read(() =>
    rows("select * from audit_log where action = 'download proxy'"),
  );
  assert.equal(entry?.['actor'], 'pilot director');
  assert.equal(entry?.['result'], 'OK full, for pilots as ada@biomed_pilot');
});

test('one serves for eight hours, whoever asks at once; then there is a new one before the end', async () => {
  await using w = await world();
  const [one, other] = await Promise.all([w.take(whose), w.take(whose)]);
  assert.equal(one, other);
  w.clock.advanceS(8 * hourS - 1);
  assert.equal(await w.take(whose), one);
  w.clock.advanceS(1);
  const next = await w.take(whose);
  assert.notEqual(next, one);
  assert.equal(chainOf(next)[0]?.notAfterMs, startMs + 20 * hourS * 1000);
});

test('it carries the role of pilots when the group has one', async () => {
  await using w = await world({ pilot: { vomsFqan: '/biomed/Role=pilot' } });
  const [leaf] = chainOf(await w.take(whose));
  assert.equal(leaf?.hasVomsAttributes, true);
  assert.deepEqual(w.asked, ['/biomed/Role=pilot']);
});

test('while VOMS is away the old one serves to its end, and a refusal is told when there is none', async () => {
  await using w = await world({ pilot: { vomsFqan: '/biomed/Role=pilot' } });
  const one = await w.take(whose);
  w.refuse(vomsError('VOMS_DOWN', 'No VOMS server of biomed answers.'));
  w.clock.advanceS(9 * hourS);
  assert.equal(await w.take(whose), one);
  w.clock.advanceS(3 * hourS);
  await assert.rejects(w.take(whose), { code: 'service.unavailable' });
  w.refuse(undefined);
  assert.notEqual(await w.take(whose), one);
});

test('what was handed out is not given again once its owner may not have it', async () => {
  await using w = await world();
  await w.take(whose);
  w.configure({ users: [] });
  await assert.rejects(w.take(whose), { code: 'access.denied' });
  w.configure({ downloadableProxy: false });
  await assert.rejects(w.take(whose), { code: 'access.denied' });
  w.configure({});
  await w.take(whose);
  await w.revoke();
  await assert.rejects(w.take(whose), { code: 'proxy.missing' });
});

test('an account without a stored proxy, or a group nobody knows, is named', async () => {
  await using w = await world({ lastsS: 0 });
  await assert.rejects(w.take(whose), {
    code: 'proxy.missing',
    message: 'ada has no usable proxy that serves biomed_pilot.',
  });
  await assert.rejects(w.take({ user: 'nobody', group: 'biomed_pilot' }), { code: 'access.denied' });
  await assert.rejects(w.take({ user: 'ada', group: 'nowhere' }), { code: 'access.denied' });
});
