/** VOMS attributes from a real VOMS server, judged by its own clients and by OpenSSL. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { runCli } from '@wm/cli/run';
import type { World } from '@wm/cli/world';
import {
  attributeCertificatesIn,
  buildProxy,
  exportPublicKey,
  generateRsaKeyPair,
  parseAttributeCertificate,
  parseCertificate,
  readPem,
  slashForm,
  verifyAttributes,
  writeCertificates,
  writePem,
} from '@wm/credentials';
import { privateKeyOf, type Credential } from '@wm/credentials/authority';
import { createTestPki, issueProxy, makeEcKeys, runOpenssl } from '@wm/credentials/testing';
import { silentLogger } from '@wm/wms-core/logger';
import { createFakeClock, type FakeClock } from '@wm/wms-core/testing';
import {
  createVomsAttributes,
  createVomsFolders,
  type GivenAttributes,
  type StoredProxy,
  type VomsAttributesService,
  type VomsSource,
} from '@wm/wms-core/voms';
import { makeHost, startVoms, vo, vomsHost, vomsIsMissing, type Voms } from './voms.ts';

const pilot = `/${vo}/Role=pilot`;
const production = `/${vo}/production`;
const minuteS = 60;

describe('a VOMS server', { skip: vomsIsMissing() }, () => {
  let voms: Voms;
  let jane: Credential;
  let host: Credential;
  before(async () => {
    voms = await startVoms();
    jane = await voms.pki.person('Jane Doe jdoe@example.org');
    host = await makeHost(voms.pki, vomsHost);
    voms.addMember(jane.certificate, [production, pilot, `${production}/Role=production`]);
  });
  after(() => voms.close());

  let clock: FakeClock;
  let folders: VomsSource;
  let service: VomsAttributesService;
  beforeEach(async () => {
    await writeFile(voms.vomses, voms.honest.line);
    await voms.trustServer(host.certificate);
    openService(Date.now());
  });

  function openService(nowMs: number): void {
    clock = createFakeClock(nowMs);
    const { vomses, vomsdir, pki } = voms;
    folders = createVomsFolders({ vomses, vomsdir, clock, log: silentLogger });
    service = createVomsAttributes({
      clock,
      log: silentLogger,
      folders,
      trust: { current: async () => pki.trust },
      random: () => 0.5,
    });
  }

  let stored = 0;
  async function proxyOf(person: Credential, proxy?: Credential): Promise<StoredProxy> {
    const leaf = proxy ?? (await issueProxy(person, clock.nowMs()));
    return {
      proxyId: `proxy-${(stored += 1)}`,
      chainPem: writeCertificates(
        [leaf.certificate, person.certificate, voms.pki.issuer.certificate].map(({ der }) => der),
      ),
      signingKey: async () => leaf.keys.privateKey,
    };
  }

  const ask = async (person: Credential, fqan?: string): Promise<GivenAttributes> =>
    service.vomsAttributes(await proxyOf(person), { vo, fqan, untilMs: clock.nowMs() });

  const refused = (asked: Promise<unknown>, reason: string, words: RegExp): Promise<void> =>
    assert.rejects(asked, (error: Error & { details: { reason: string } }) => {
      assert.equal(error.details.reason, reason, error.message);
      assert.match(error.message, words);
      return true;
    });

  it('gives a member the VO and its groups, a group or a role first when asked', async () => {
    assert.deepEqual((await ask(jane)).fqans, [`/${vo}`, production]);
    assert.deepEqual((await ask(jane, production)).fqans, [production, `/${vo}`]);
    const { fqans, notAfterMs } = await ask(jane, pilot);
    assert.deepEqual(fqans, [pilot, `/${vo}`, production]);
    assert.ok(notAfterMs > clock.nowMs() + 86_000_000, 'a day');
    assert.equal(
      (await ask(jane, `${production}/Role=production`)).fqans[0],
      `${production}/Role=production`,
    );
  });

  it('knows members with EC keys and with names beyond ASCII', async () => {
    const curve = await voms.pki.person('Elena', { keys: await makeEcKeys() });
    const umlaut = await voms.pki.person('Jürgen Müller');
    for (const person of [curve, umlaut]) {
      voms.addMember(person.certificate, [pilot]);
      assert.deepEqual((await ask(person, pilot)).fqans, [pilot, `/${vo}`]);
    }
  });

  it('refuses who is no member, what he has not, and who is suspended, in its own words', async () => {
    const stranger = await voms.pki.person('Stranger');
    await refused(ask(stranger), 'VOMS_DENIED', /User unknown to this VO/);
    await refused(ask(jane, `/${vo}/Role=admin`), 'VOMS_DENIED', /Unable to satisfy/);
    await refused(ask(jane, `/${vo}/nowhere`), 'VOMS_DENIED', /Unable to satisfy/);
    const mario = await voms.pki.person('Mario Rossi');
    voms.addMember(mario.certificate, []);
    await ask(mario);
    voms.suspend(mario.certificate, 'rules not signed');
    await refused(ask(mario), 'VOMS_DENIED', /suspended.*rules not signed/);
  });

  it('is not asked for another VO, and does not know one', async () => {
    const asked = service.vomsAttributes(await proxyOf(jane), { vo: 'biomed', untilMs: 0 });
    await refused(asked, 'VOMS_UNKNOWN_VO', /No VOMS server of biomed is known/);
    await writeFile(voms.vomses, voms.honest.line.replaceAll(`"${vo}"`, '"biomed"'));
    clock.advanceS(minuteS);
    const lost = service.vomsAttributes(await proxyOf(jane), { vo: 'biomed', untilMs: 0 });
    await refused(lost, 'VOMS_DENIED', /Unable to satisfy/);
  });

  it('refuses certificates that have ended, or of authorities it does not know', async () => {
    const nowMs = Date.now();
    const old = await voms.pki.person('Old', { notAfterMs: nowMs - 3_600_000 });
    voms.addMember(old.certificate, []);
    // As if our clock were late.
    openService(nowMs - 7_200_000);
    await refused(ask(old), 'VOMS_DENIED', /certificate is not taken: .*expired/i);
    openService(nowMs);
    const elsewhere = await createTestPki();
    const double = await elsewhere.person('Jane Doe jdoe@example.org');
    await refused(ask(double), 'VOMS_DENIED', /certificate is not taken: (unknown ca|decrypt error)/i);
  });

  it('may be away: that is told, remembered for five minutes, and another one takes its place', async () => {
    await voms.honest.stop();
    try {
      await refused(ask(jane), 'VOMS_DOWN', /ECONNREFUSED/);
      const second = await voms.startDaemon(host);
      await writeFile(voms.vomses, voms.honest.line + second.line);
      clock.advanceS(minuteS);
      assert.deepEqual((await ask(jane, pilot)).fqans[0], pilot);
      await second.stop();
    } finally {
      await voms.honest.start();
    }
    await writeFile(voms.vomses, voms.honest.line);
    openService(Date.now());
    await ask(jane);
  });

  it('may lie: one with another certificate is not believed, whatever its line says', async () => {
    const keys = await generateRsaKeyPair();
    const impostor = await makeHost(voms.pki, 'impostor.example.org', { keys });
    const liar = await voms.startDaemon(impostor);
    await writeFile(voms.vomses, liar.line);
    await refused(ask(jane), 'VOMS_DOWN', /lsc does not name .*impostor/);
    const named = `CN=${vomsHost}`;
    await writeFile(voms.vomses, liar.line.replace('CN=impostor.example.org', named));
    openService(Date.now());
    await refused(ask(jane), 'VOMS_DOWN', /it is ".*impostor.*" and not/);
    const rogue = await createTestPki();
    const double = await voms.startDaemon(await makeHost(rogue, vomsHost));
    await writeFile(voms.vomses, double.line);
    openService(Date.now());
    await refused(ask(jane), 'VOMS_DOWN', /not an authority trusted here/);
    await Promise.all([liar.stop(), double.stop()]);
  });

  it('is trusted only by its .lsc file', async () => {
    const other = await voms.pki.person('other.example.org');
    await voms.trustServer(other.certificate);
    await refused(ask(jane), 'VOMS_DOWN', /lsc does not name/);
    await voms.trustServer(undefined);
    clock.advanceS(minuteS);
    await refused(ask(jane), 'VOMS_DOWN', /there is no vo\.example\.org\/voms\.example\.org\.lsc/);
  });

  it('signs what nobody can change or use for another person', async () => {
    const { attributeCertificate: good } = await ask(jane, pilot);
    const { lsc } = await folders.current();
    const verify = (der: Uint8Array, person = jane) =>
      verifyAttributes(
        parseAttributeCertificate(der),
        person.certificate,
        { trust: voms.pki.trust, lsc },
        clock.nowMs(),
      );
    await verify(good);
    const changed = good.slice();
    changed.set(Buffer.from('Role=admin'), Buffer.from(good).indexOf('Role=pilot'));
    await assert.rejects(verify(changed), { reason: 'AC_SIGNATURE' });
    const flipped = good.slice();
    flipped[good.length - 7]! ^= 4;
    await assert.rejects(verify(flipped), { reason: 'AC_SIGNATURE' });
    const stranger = await voms.pki.person('Stranger');
    await assert.rejects(verify(good, stranger), { reason: 'AC_HOLDER' });
  });

  it('gives dirac-proxy-init -M what the group has, in a proxy that is made here', async () => {
    const home = join(voms.folder, 'home');
    await mkdir(home, { recursive: true });
    const [certificate, out] = [join(home, 'jane.pem'), join(home, 'proxy')];
    const below = writeCertificates([jane.certificate.der, voms.pki.issuer.certificate.der]);
    await writeFile(certificate, below + writePem('PRIVATE KEY', await privateKeyOf(jane)), { mode: 0o600 });
    const complained: string[] = [];
    const terms = { userName: 'jane', vo, group: 'example_pilot', properties: ['Pilot'] };
    const world = cliWorld(home, complained, {
      '/bff/welcome': { certificateOrigin: 'https://fake.example.org' },
      '/bff/proxies/group': {
        ...terms,
        ...{ isUploadedByItself: false, isHandedOut: true, voms: { vo, fqan: pilot, isAdded: false } },
      },
    });
    const words = [
      'proxy-init',
      '-M',
      '-g',
      'example_pilot',
      '-C',
      certificate,
      '-K',
      certificate,
      '-u',
      out,
    ];
    assert.equal(await runCli('dirac', words, world), 0, complained.join('\n'));
    const [leaf] = readPem(await readFile(out, 'utf8'));
    const [given] = attributeCertificatesIn(parseCertificate(leaf!.der));
    const { lsc } = await folders.current();
    const trusted = { trust: voms.pki.trust, lsc };
    const read = parseAttributeCertificate(given!);
    const { fqans } = await verifyAttributes(read, jane.certificate, trusted, clock.nowMs());
    assert.deepEqual(fqans, [pilot, `/${vo}`, production]);
    const { output: told, warnings } = voms.read(out);
    assert.match(told, new RegExp(`attribute : ${pilot}`), warnings);
  });

  /** Of somebody at a terminal; a server that is not there answers by path. */
  function cliWorld(home: string, complained: string[], answers: Readonly<Record<string, object>>): World {
    const fakeFetch: typeof fetch = async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const answer = answers[pathname];
      return answer === undefined ? new Response(null, { status: 404 }) : Response.json(answer);
    };
    return {
      env: {
        WM_URL: 'https://fake.example.org',
        XDG_RUNTIME_DIR: home,
        X509_CERT_DIR: voms.trustFolder,
        X509_VOMSES: voms.vomses,
        X509_VOMS_DIR: voms.vomsdir,
      },
      ...{ home, cwd: home, userId: process.getuid?.() ?? 0 },
      fetch: fakeFetch,
      fetchAs: () => fakeFetch,
      askSecret: async () => '',
      print: () => undefined,
      complain: (line) => void complained.push(line),
      isTerminal: false,
      nowMs: () => Date.now(),
      sleep: async () => undefined,
    };
  }

  describe('before outside judges', () => {
    let file: string;
    before(() => (file = join(voms.folder, 'x509up')));

    /** As a payload gets it: limited, below the stored one, with what was given to a full one. */
    async function writeProxy(attributeCertificate: Uint8Array): Promise<string> {
      const proxy = await issueProxy(jane, clock.nowMs());
      const keys = await generateRsaKeyPair();
      const limited = await buildProxy({
        issuer: proxy.certificate,
        issuerKey: proxy.keys.privateKey,
        publicKey: await exportPublicKey(keys.publicKey),
        nowMs: clock.nowMs(),
        notAfterMs: clock.nowMs() + 43_200_000,
        policy: 'limited',
        diracGroup: 'example_user',
        attributeCertificates: [attributeCertificate],
      });
      const certificate = parseCertificate(limited);
      const key = writePem('PRIVATE KEY', await privateKeyOf({ certificate, keys }));
      const below = [proxy.certificate.der, jane.certificate.der];
      await writeFile(file, writePem('CERTIFICATE', limited) + key + writeCertificates(below), {
        mode: 0o600,
      });
      return slashForm(certificate.subject);
    }

    it('voms-proxy-info reads the attributes in our limited proxy, OpenSSL verifies its chain', async () => {
      const subject = await writeProxy((await ask(jane, pilot)).attributeCertificate);
      const { output: told, warnings } = voms.read(file);
      assert.equal(warnings, '');
      assert.ok(told.includes(subject), told);
      const attributes = [...told.matchAll(/^attribute : (.*)$/gm)].map(([, fqan]) => fqan);
      assert.deepEqual(attributes, [
        `${pilot}/Capability=NULL`,
        `/${vo}/Role=NULL/Capability=NULL`,
        `${production}/Role=NULL/Capability=NULL`,
      ]);
      const shown = runOpenssl('x509', '-in', file, '-noout', '-subject', '-nameopt', 'compat');
      assert.ok(shown.output.includes(subject), 'OpenSSL passes over a first certificate it cannot read');
      const where = ['-CApath', voms.trustFolder, '-crl_check_all', '-allow_proxy_certs'];
      const verified = runOpenssl('verify', ...where, '-untrusted', file, file);
      assert.ok(verified.isGood, verified.errors + verified.output);
    });

    it('OpenSSL finds the signature of the server good, and any change of it bad', async () => {
      const { attributeCertificate: der } = await ask(jane, pilot);
      const { info, signature, issuerCertificates } = parseAttributeCertificate(der);
      const at = (name: string): string => join(voms.folder, name);
      await writeFile(at('server.pem'), writeCertificates(issuerCertificates.map((known) => known.der)));
      const { output: publicKey } = runOpenssl('x509', '-in', at('server.pem'), '-noout', '-pubkey');
      await writeFile(at('key.pem'), publicKey);
      await writeFile(at('signature'), signature);
      const isSigned = async (bytes: Uint8Array): Promise<boolean> => {
        await writeFile(at('info'), bytes);
        const how = ['-sha256', '-verify', at('key.pem'), '-signature', at('signature')];
        return runOpenssl('dgst', ...how, at('info')).isGood;
      };
      assert.equal(await isSigned(info), true);
      const changed = Buffer.from(info);
      changed.write('Role=admin', changed.indexOf('Role=pilot'));
      assert.equal(await isSigned(changed), false);
    });
  });
});
