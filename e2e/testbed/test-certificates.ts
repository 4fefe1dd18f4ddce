/**
 * The files a grid service and its client need of a test PKI: a trust folder with OpenSSL's hash names, a host
 * certificate for localhost, proxies good and bad. Made in memory by our own authority; nothing of it is secret.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slashForm, writePem } from '@wm/credentials';
import { encodeExtension, privateKeyOf, type Credential } from '@wm/credentials/authority';
import { createTestPki, issueProxy, trustFolderFiles, type TestPki } from '@wm/credentials/testing';

const hourMs = 3_600_000;
/** subjectAltName with DNS:localhost and IP:127.0.0.1. */
const loopbackNames = encodeExtension(
  '2.5.29.17',
  false,
  Uint8Array.of(0x30, 17, 0x82, 9, ...Buffer.from('localhost'), 0x87, 4, 127, 0, 0, 1),
);

export interface TestCertificates {
  readonly trustFolder: string;
  readonly hostCertificate: string;
  readonly hostKey: string;
  /** Of the person whose proxies are below, as `/DC=…/CN=…`. */
  readonly subject: string;
  readonly proxy: string;
  readonly expiredProxy: string;
  /** A good proxy of the same person that ends in so many seconds. */
  writeProxy(path: string, lifeS: number): Promise<void>;
}

export async function writeTestCertificates(folder: string): Promise<TestCertificates> {
  const pki = await createTestPki();
  const trustFolder = join(folder, 'certificates');
  await writeTrustFolder(trustFolder, pki);
  const host = await pki.person('localhost', { extensions: [loopbackNames] });
  const [hostCertificate, hostKey] = [join(folder, 'hostcert.pem'), join(folder, 'hostkey.pem')];
  await writeFile(hostCertificate, certificates(host, pki.issuer));
  await writeFile(hostKey, await keyOf(host), { mode: 0o400 });
  const robot = await pki.person(`Robot ${randomUUID().slice(0, 8)}`);
  const writeProxy = async (path: string, lifeS: number): Promise<void> => {
    const nowMs = Date.now();
    const proxy = await issueProxy(robot, Math.min(nowMs, nowMs + lifeS * 1000 - hourMs), {
      notAfterMs: nowMs + lifeS * 1000,
    });
    const text = certificates(proxy) + (await keyOf(proxy)) + certificates(robot, pki.issuer);
    await writeFile(path, text, { mode: 0o600 });
  };
  const [proxy, expiredProxy] = [join(folder, 'proxy.pem'), join(folder, 'expired-proxy.pem')];
  await writeProxy(proxy, 86_400);
  await writeProxy(expiredProxy, -600);
  const subject = slashForm(robot.certificate.subject);
  return { trustFolder, hostCertificate, hostKey, subject, proxy, expiredProxy, writeProxy };
}

const certificates = (...credentials: readonly Credential[]): string =>
  credentials.map(({ certificate }) => writePem('CERTIFICATE', certificate.der)).join('');

const keyOf = async (credential: Credential): Promise<string> =>
  writePem('PRIVATE KEY', await privateKeyOf(credential));

/** Both hash links of each authority, as grid software wants them. */
async function writeTrustFolder(folder: string, pki: TestPki): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = await trustFolderFiles(pki);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  for (const authority of ['test-root', 'test-issuing']) {
    const hash = execFileSync(
      'openssl',
      ['x509', '-noout', '-subject_hash', '-in', join(folder, `${authority}.pem`)],
      { encoding: 'utf8' },
    ).trim();
    const extensions = { pem: '0', r0: 'r0' } as const;
    for (const [from, to] of Object.entries(extensions))
      await writeFile(join(folder, `${hash}.${to}`), files[`${authority}.${from}`] ?? '');
    await writeFile(join(folder, `${hash}.signing_policy`), files['test.signing_policy'] ?? '');
  }
}
