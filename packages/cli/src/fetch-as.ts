/** `fetch` on TLS connections that show a certificate or proxy, which the one of the platform cannot. */
import { request } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { Identity } from './world.ts';

/** What commands send: JSON, or nothing. */
const bodyOf = (init: RequestInit | undefined): string | undefined =>
  typeof init?.body === 'string' ? init.body : undefined;

/** Follows no redirects. */
export const fetchAs =
  ({ chainPem, keyPem, authorities }: Identity): typeof globalThis.fetch =>
  (input, init) =>
    new Promise((resolve, reject) => {
      const url = input instanceof Request ? input.url : input.toString();
      const sent = request(
        url,
        {
          method: init?.method ?? 'GET',
          headers: Object.fromEntries(new Headers(init?.headers)),
          cert: chainPem,
          key: keyPem,
          ca: [...rootCertificates, ...authorities],
          agent: false,
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.once('error', reject);
          answer.once('end', () => {
            const { statusCode: status = 500, headers } = answer;
            const type = headers['content-type'];
            const body = status === 204 ? null : Buffer.concat(parts);
            resolve(new Response(body, { status, ...(type && { headers: { 'content-type': type } }) }));
          });
        },
      );
      sent.once('error', reject);
      sent.end(bodyOf(init));
    });
