/** The files that a grid service and its client have: host certificate and key, proxies in one PEM. */
import { encodeHostNames, privateKeyOf, type Credential } from '../authority.ts';
import { writePem } from '../pem.ts';
import { issueProxy, type TestPki } from './test-pki.ts';

const hourMs = 3_600_000;

const loopbackNames = encodeHostNames(['localhost'], [Uint8Array.of(127, 0, 0, 1)]);

const certificatePem = (...credentials: readonly Credential[]): string =>
  credentials.map(({ certificate }) => writePem('CERTIFICATE', certificate.der)).join('');

const keyPem = async (credential: Credential): Promise<string> =>
  writePem('PRIVATE KEY', await privateKeyOf(credential));

/** Of a server on loopback. */
export async function hostFiles(pki: TestPki): Promise<{ certificate: string; key: string }> {
  const host = await pki.person('localhost', { extensions: [loopbackNames] });
  return { certificate: certificatePem(host, pki.issuer), key: await keyPem(host) };
}

/** The authorities as one file. */
export const authoritiesPem = (pki: TestPki): string => certificatePem(pki.root, pki.issuer);

/** A proxy of a person as grid tools write it; it ends so many seconds after `nowMs`, which may be in the past. */
export async function proxyPem(
  pki: TestPki,
  person: Credential,
  lifeS: number,
  nowMs: number = Date.now(),
): Promise<string> {
  const notAfterMs = nowMs + lifeS * 1000;
  const proxy = await issueProxy(person, Math.min(nowMs, notAfterMs - hourMs), { notAfterMs });
  return certificatePem(proxy) + (await keyPem(proxy)) + certificatePem(person, pki.issuer);
}
