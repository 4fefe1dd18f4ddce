/** Key rotation and wiping on a real store: rotate, seal anew, take the old key away, open. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { one, rows } from '../db/database.ts';
import type { Logger } from '../kernel/logger.ts';
import { createFakeClock, openTestDatabase } from '../testing/index.ts';
import { insertAccount } from './account.store.ts';
import { createCredentialStoreAgent } from './credential-store.agent.ts';
import { keyEncryptionKey, openKey, sealKey, type KeyEncryptionKey } from './key-envelope.adapter.ts';
import { findProxy, sealedKeyOf, storeProxy } from './proxy.store.ts';

const secret = Buffer.from('the key of a proxy');
const former = keyEncryptionKey('former', randomBytes(32));
const newest = keyEncryptionKey('newest', randomBytes(32));
const bindingOf = (id: string) => ({ table: 'proxies', id, accountId: 'a1', subjectDn: '/CN=Jane' }) as const;

async function world(count: number, keys: readonly KeyEncryptionKey[]) {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  const lines: string[] = [];
  const write = (facts: object, event: string): void => void lines.push(`${event} ${JSON.stringify(facts)}`);
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  const validUntilMs = clock.nowMs() + 3_600_000;
  await database.write(function* () {
    yield* insertAccount(
      {
        account_id: 'a1',
        user_name: 'jane',
        is_configured: 0,
        display_name: 'Jane',
        email: null,
        assurance: 'none' as const,
      },
      0,
    );
    for (let index = 0; index < count; index += 1) {
      const proxy_id = `p${index}`;
      const sealed = sealKey([former], secret, bindingOf(proxy_id));
      yield* storeProxy({
        proxy_id,
        account_id: 'a1',
        subject_key: `s${index}`,
        issuer_key: 'i',
        subject_dn: '/CN=Jane',
        issuer_dn: '/CN=CA',
        certificate_serial: '01',
        chain_pem: '',
        valid_until_ms: validUntilMs,
        sealed_key: sealed.sealedKey,
        sealed_data_key: sealed.sealedDataKey,
        key_encryption_key_id: sealed.keyEncryptionKeyId,
        created_at_ms: 0,
        last_used_at_ms: null,
        groups_picked: null,
        revoked_at_ms: null,
        source: 'upload',
      });
    }
  });
  return {
    database,
    clock,
    lines,
    agent: createCredentialStoreAgent({ database, clock, log, keyEncryptionKeys: keys }),
    async opened(proxyId: string, withKeys: readonly KeyEncryptionKey[]): Promise<string> {
      const row = await database.read(() => findProxy(proxyId));
      assert.ok(row);
      return openKey(withKeys, sealedKeyOf(row), bindingOf(proxyId)).toString();
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

test('after a rotation everything opens with the new key alone', async () => {
  await using w = await world(250, [newest, former]);
  assert.equal(await w.opened('p7', [newest, former]), secret.toString());
  await w.agent.runOnce();
  for (const proxyId of ['p0', 'p7', 'p249'])
    assert.equal(await w.opened(proxyId, [newest]), secret.toString());
  const left = await w.database.read(() =>
    one<{ n: number }>("select count(*) as n from proxies where key_encryption_key_id = 'former'"),
  );
  assert.equal(left?.n, 0);
  assert.match(w.lines.join(), /credentials\.kept .*"rewrapped":250/);
  assert.equal(w.lines.join().includes(secret.toString()), false);
});

test('what a missing key sealed stays as it is, and the operator hears of it', async () => {
  await using w = await world(3, [newest]);
  await w.agent.runOnce();
  assert.match(w.lines.join(), /credentials\.key-missing .*"lost":3/);
  assert.equal(await w.opened('p0', [former]), secret.toString());
});

test('the key of a proxy that is over is gone, and a month later the rest', async () => {
  await using w = await world(1, [former]);
  w.clock.advanceS(3600);
  await w.agent.runOnce();
  const row = await w.database.read(() => findProxy('p0'));
  assert.deepEqual([row?.sealed_key.length, row?.sealed_data_key.length], [0, 0]);
  await assert.rejects(w.opened('p0', [former]));
  w.clock.advanceS(31 * 86_400);
  await w.agent.runOnce();
  assert.deepEqual(await w.database.read(() => rows('select * from proxies')), []);
});
