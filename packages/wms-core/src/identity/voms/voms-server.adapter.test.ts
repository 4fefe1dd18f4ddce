import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVomses, slashForm, writeCertificates, writePem } from '@wm/credentials';
import { privateKeyOf } from '@wm/credentials/authority';
import { createTestPki, issueProxy } from '@wm/credentials/testing';
import { startFakeVoms } from '../../testing/fake-voms.ts';
import { createFakeClock } from '../../testing/index.ts';
import { askVomsServer, type VomsQuestion } from './voms-server.adapter.ts';

const nowMs = createFakeClock().nowMs();
const vo = 'vo.example.org';

async function world() {
  const pki = await createTestPki(nowMs);
  const ada = await pki.person('Ada');
  const proxy = await issueProxy(ada, nowMs);
  const members = new Map([[slashForm(ada.certificate.subject), []]]);
  const host = await pki.person('voms.example.org');
  const fake = await startFakeVoms({ host, vo, members, nowMs: () => nowMs });
  const client = {
    chainPem: writeCertificates([proxy.certificate.der, ada.certificate.der]),
    keyPem: writePem('PRIVATE KEY', await privateKeyOf(proxy)),
  };
  const request = { vo, lifetimeS: 60 };
  const ask = (changes: Partial<VomsQuestion> = {}) =>
    askVomsServer({
      server: parseVomses(fake.vomses)[0]!,
      request,
      client,
      trust: pki.trust,
      nowMs,
      signal: new AbortController().signal,
      ...changes,
    });
  return { pki, host, fake, ask, [Symbol.asyncDispose]: () => fake.close() };
}

test('a server that is silent is left when patience ends', async () => {
  await using w = await world();
  const patience = new AbortController();
  w.fake.meanwhile = () => {
    patience.abort();
    return new Promise(() => {});
  };
  await assert.rejects(w.ask({ signal: patience.signal }), { message: 'it does not answer in time' });
  assert.equal(w.fake.asked.length, 1);
  await assert.rejects(w.ask({ signal: AbortSignal.abort() }), { message: 'it does not answer in time' });
  assert.equal(w.fake.asked.length, 1);
});

test('the name of the server is compared as names are, its host name is not looked at', async () => {
  await using w = await world();
  const [server] = parseVomses(w.fake.vomses);
  const dn = server!.dn.replace('Example University', 'EXAMPLE  university');
  for (const host of ['127.0.0.1', 'localhost'])
    assert.equal((await w.ask({ server: { ...server!, host, dn } })).kind, 'granted');
});

test('a server whose certificate was revoked is asked nothing', async () => {
  await using w = await world();
  await assert.rejects(w.ask({ trust: await w.pki.revoke(w.host.certificate) }), { reason: 'REVOKED' });
  assert.deepEqual(w.fake.asked, []);
});
