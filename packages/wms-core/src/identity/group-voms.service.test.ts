import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { attributesOfChain, parseCertificate, readPem, slashForm, validateChain } from '@wm/credentials';
import type { Credential } from '@wm/credentials/authority';
import { createTestPki, type TestPki } from '@wm/credentials/testing';
import { rows } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { aConfiguration } from '../testing/index.ts';
import { startFakeVoms } from '../testing/fake-voms.ts';
import { openPayloadWorld, payloadStartMs as startMs } from '../testing/payload-world.ts';
import type { PilotPrincipal } from './principal.ts';
import { createProxyManager } from './proxy-manager.service.ts';
import { createVomsAttributes } from './voms/voms-attributes.service.ts';
import { createVomsFolders } from './voms/voms-folders.adapter.ts';

const vo = 'vo.example.org';
const role = `/${vo}/Role=analysis`;

let pki: TestPki;
let ada: Credential;
let host: Credential;

before(async () => {
  pki = await createTestPki(startMs);
  ada = await pki.person('Ada');
  host = await pki.person('voms.example.org');
});

const configurationWith = (group: object) =>
  aConfiguration({
    vos: {
      biomed: {
        vomsName: vo,
        groups: { biomed_user: { properties: ['NormalUser'], users: ['ada'], ...group } },
      },
    },
    users: { ada: {} },
  });

/** Biomed is known to VOMS as vo.example.org; ada is a member there. */
async function world(group: object = { addVoms: true, vomsFqan: role }) {
  const folder = await mkdtemp(join(tmpdir(), 'wm-voms-'));
  const clock = { nowMs: (): number => startMs };
  const members = new Map([[slashForm(ada.certificate.subject), [role]]]);
  const server = await startFakeVoms({ host, vo, members, nowMs: clock.nowMs });
  await writeFile(join(folder, 'vomses'), server.vomses);
  await mkdir(join(folder, 'vomsdir', vo), { recursive: true });
  const names = [host.certificate.subject, host.certificate.issuer].map(slashForm);
  await writeFile(join(folder, 'vomsdir', vo, 'voms.example.org.lsc'), names.join('\n'));
  const known = {
    vomses: join(folder, 'vomses'),
    vomsdir: join(folder, 'vomsdir'),
    clock,
    log: silentLogger,
  };
  const folders = createVomsFolders(known);
  const voms = createVomsAttributes({ ...known, folders, trust: { current: async () => pki.trust } });
  const payload = await openPayloadWorld({ pki, ada, voms, configuration: configurationWith(group) });
  return {
    ...payload,
    server,
    members,
    ask: (pilot: PilotPrincipal = payload.pilot) => payload.proxies.payloadProxy(pilot, payload.order),
    attributesOf: async (chainPem: string) => {
      const chain = readPem(chainPem).map(({ der }) => parseCertificate(der));
      const valid = await validateChain(chain, pki.trust, startMs);
      const { lsc } = await folders.current();
      return { valid, ...(await attributesOfChain(valid, { trust: pki.trust, lsc }, startMs)) };
    },
    audit: () =>
      payload.database.read(() =>
        rows("select action, result from audit_log where action like 'download%' order by audit_id"),
      ),
    [Symbol.asyncDispose]: async () => {
      await payload.database.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

test('the limited proxy of a payload carries what VOMS gave to a full one', async () => {
  await using w = await world();
  const { chainPem } = await w.ask();
  const { valid, fqans, refused } = await w.attributesOf(chainPem);
  assert.equal(valid.isLimited, true);
  assert.equal(valid.proxies[0]?.hasVomsAttributes, true);
  assert.deepEqual(fqans, [role, `/${vo}`]);
  assert.deepEqual(refused, []);
  assert.deepEqual(w.server.asked, [`B/${vo}:analysis`]);
  assert.equal((await validateChain(w.server.clients[0]!, pki.trust, startMs)).isLimited, false);
  assert.deepEqual(await w.audit(), [
    { action: 'download voms proxy', result: `OK limited, ${role}, job ${w.job.jobId}, attempt 1` },
  ]);
});

test('a group without a wish of its own gets the VO first, one that wants none asks nobody', async () => {
  await using plain = await world({ addVoms: true });
  const { chainPem } = await plain.ask();
  assert.deepEqual((await plain.attributesOf(chainPem)).fqans, [`/${vo}`]);
  await using none = await world({ vomsFqan: role });
  const { valid } = await none.attributesOf((await none.ask()).chainPem);
  assert.equal(valid.proxies[0]?.hasVomsAttributes, false);
  assert.deepEqual(none.server.asked, []);
});

test('a thousand payloads of one owner cost VOMS one question', async () => {
  await using w = await world();
  await Promise.all(Array.from({ length: 20 }, () => w.ask()));
  assert.equal(w.server.asked.length, 1);
});

test('a member no more: no proxy, no submission, and the status says why', async () => {
  await using w = await world();
  w.members.clear();
  await assert.rejects(w.ask(), {
    code: 'access.denied',
    message: `VOMS of ${vo} does not give ${role}: ${vo}: User unknown to this VO.`,
    details: { reason: 'VOMS_DENIED', serverMessage: `${vo}: User unknown to this VO.` },
  });
  const status = await w.proxies.status(w.user);
  assert.deepEqual([status.state, status.reason], ['Not Valid', 'VOMS']);
  assert.match(status.message, /User unknown to this VO/);
  await assert.rejects(w.proxies.requireProxy(w.user), { code: 'access.denied', message: status.message });
  assert.deepEqual(await w.audit(), [
    { action: 'download voms proxy', result: `VOMS_DENIED limited, job ${w.job.jobId}, attempt 1` },
  ]);
});

test('a VO without servers is told as such; a server that is away stops payload proxies, but no submission', async () => {
  await using unknown = await world();
  await using away = await world();
  await away.server.close();
  await assert.rejects(away.ask(), { code: 'service.unavailable' });
  assert.equal((await away.proxies.status(away.user)).state, 'Valid');
  await away.proxies.requireProxy(away.user);
  const { voms: _, ...without } = unknown.deps;
  const manager = createProxyManager(without);
  const reason = { code: 'configuration.invalid', details: { reason: 'VOMS_UNKNOWN_VO' } };
  await assert.rejects(manager.payloadProxy(unknown.pilot, unknown.order), reason);
  assert.equal((await manager.status(unknown.user)).reason, 'VOMS');
});

test('a job that was taken away while VOMS was asked gets no proxy', async () => {
  await using w = await world();
  const asked = w.ask();
  await w.report(w.job, { status: 'Running' });
  await w.jobs.act(w.user, 'kill', [w.order.jobId]);
  await w.report(w.job, { status: 'Killed' });
  await assert.rejects(asked, { code: 'job.stale-attempt' });
  assert.deepEqual(await w.audit(), []);
});
