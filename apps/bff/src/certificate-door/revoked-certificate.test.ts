/** A certificate is revoked while a browser that logged in with it is at work, over HTTP with the real core. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestPki, trustFolderFiles } from '@wm/credentials/testing';
import type { Credential } from '@wm/credentials/authority';
import type { Certificate } from '@wm/credentials';
import { createProgram } from '../testing/certificate-program.ts';
import { startRealServer, type RealServer } from '../testing/real-server.ts';
import type { Visitor } from '../testing/visitor.ts';

/** From the portal to the certificate port and back. */
async function errand(server: RealServer, visitor: Visitor, path: string, person: Credential): Promise<void> {
  const begun = await visitor.send('GET', path);
  const next = begun.headers.get('location') ?? begun.headers.get('refresh')?.replace('0; url=', '') ?? '';
  using program = await createProgram({ ca: server.demoAuthority, chain: [person] });
  const { location = '' } = (await program.send('GET', next)).headers;
  const back = new URL(location);
  assert.equal((await visitor.send('GET', back.pathname + back.search)).status, 302);
}

test('a session opened with a certificate that a later list revokes ends at its next request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wm-revoked-'));
  const pki = await createTestPki(Date.now());
  const jane = await pki.person('Jane Doe');
  const publish = async (revoked: readonly Certificate[]) => {
    for (const [name, text] of Object.entries(await trustFolderFiles(pki, revoked)))
      await writeFile(join(folder, name), text);
  };
  await publish([]);
  let laterMs = 0;
  const clock = { nowMs: () => Date.now() + laterMs };
  await using server = await startRealServer({ environment: { WM_TRUST: folder }, clock });
  const checkin = await server.logIn('mkolar');
  await errand(server, checkin, '/bff/certificates/link', jane);
  const visitor = server.visitor();
  await errand(server, visitor, '/bff/login/certificate', jane);
  assert.equal((await visitor.send('GET', '/bff/me')).status, 200);

  await publish([jane.certificate]);
  // The trust folder is read again after ten minutes.
  laterMs = 601_000;
  const refused = await visitor.send('GET', '/bff/me');
  assert.equal(refused.status, 401);
  assert.match(((await refused.json()) as { readonly detail: string }).detail, /certificate .* was revoked/);
  assert.equal((await visitor.send('GET', '/bff/me')).status, 401, 'for good');
  assert.equal((await checkin.send('GET', '/bff/me')).status, 200, 'the log-in at Check-in stays');
  const audit = await checkin.send('GET', '/bff/audit?limit=50');
  const { events } = (await audit.json()) as { readonly events: readonly { readonly action: string }[] };
  assert.equal(events.filter(({ action }) => action === 'revoke session').length, 1);
  await rm(folder, { recursive: true });
});
