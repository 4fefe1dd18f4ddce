/**
 * Uploads the proxy of a demo user without a browser: the same steps with the same code as the Proxy Upload
 * wizard, only that no Web Worker is needed.
 */
import { buildProxy, publicKeyOfRequest, writeCertificates } from '@wm/credentials';
import { openPkcs12 } from '@wm/credentials/pkcs12';
import type { HttpUser } from './http-user.ts';

/** Throws when the installation offers no demo certificate of the user. */
export async function uploadDemoProxy(serverUrl: string, user: HttpUser): Promise<void> {
  const welcome = await user.client.call('GET /bff/welcome', {});
  const offered = welcome.demo?.certificates.find(
    (certificate) => certificate.userName === user.userName && certificate.encoding === 'modern',
  );
  if (offered === undefined) throw new Error(`There is no demo certificate of ${user.userName}.`);
  const file = await fetch(new URL(offered.url, serverUrl));
  const opened = await openPkcs12(new Uint8Array(await file.arrayBuffer()), offered.passphrase);
  const request = await user.client.call('POST /bff/proxies/requests', {});
  const proxy = await buildProxy({
    issuer: opened.endEntity,
    issuerKey: opened.key,
    publicKey: await publicKeyOfRequest(request.csrPem),
    nowMs: Date.now(),
    notAfterMs: opened.endEntity.notAfterMs - 300_000,
    policy: 'inheritAll',
  });
  const chainPem = writeCertificates([
    proxy,
    opened.endEntity.der,
    ...opened.intermediates.map((certificate) => certificate.der),
  ]);
  await user.client.call('PUT /bff/proxies/requests/:requestId', {
    params: { requestId: request.requestId },
    body: { chainPem },
  });
}
