/**
 * The files of a test PKI for a grid service and its client: a trust folder with OpenSSL's hash names, a host
 * certificate for localhost, proxies good and bad. Nothing of it is secret.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slashForm } from '@wm/credentials';
import { createTestPki, hostFiles, proxyPem, trustFolderFiles, type TestPki } from '@wm/credentials/testing';

export interface TestCertificates {
  readonly trustFolder: string;
  readonly hostCertificate: string;
  readonly hostKey: string;
  /** Of the robot whose proxies are below, as `/DC=…/CN=…`. */
  readonly subject: string;
  readonly proxy: string;
  /** Another proxy of the robot that ends in so many seconds; below 0 it has ended. */
  writeProxy(path: string, lifeS: number): Promise<void>;
}

export async function writeTestCertificates(folder: string): Promise<TestCertificates> {
  const pki = await createTestPki();
  const trustFolder = join(folder, 'certificates');
  await writeTrustFolder(trustFolder, pki);
  const host = await hostFiles(pki);
  const [hostCertificate, hostKey] = [join(folder, 'hostcert.pem'), join(folder, 'hostkey.pem')];
  await writeFile(hostCertificate, host.certificate);
  await writeFile(hostKey, host.key, { mode: 0o400 });
  const robot = await pki.person('Robot');
  const writeProxy = async (path: string, lifeS: number): Promise<void> =>
    writeFile(path, await proxyPem(pki, robot, lifeS), { mode: 0o600 });
  const proxy = join(folder, 'proxy.pem');
  await writeProxy(proxy, 86_400);
  const subject = slashForm(robot.certificate.subject);
  return { trustFolder, hostCertificate, hostKey, subject, proxy, writeProxy };
}

/** Each authority once more under the hash of its name, as grid software wants it. */
export async function writeTrustFolder(folder: string, pki: TestPki): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = await trustFolderFiles(pki);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  for (const authority of ['test-root', 'test-issuing']) {
    const certificate = join(folder, `${authority}.pem`);
    const hash = execFileSync('openssl', ['x509', '-noout', '-subject_hash', '-in', certificate], {
      encoding: 'utf8',
    }).trim();
    for (const [from, to] of [
      [`${authority}.pem`, '0'],
      [`${authority}.r0`, 'r0'],
      ['test.signing_policy', 'signing_policy'],
    ] as const)
      await writeFile(join(folder, `${hash}.${to}`), files[from] ?? '');
  }
}
