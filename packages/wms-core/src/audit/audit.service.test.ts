/** The audit log on a real database: who reads what, and that nobody changes it unseen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import {
  aConfiguration,
  aUser,
  createFakeClock,
  openTestDatabase,
  type TestDatabase,
} from '../testing/index.ts';
import { createAudit, createAuditAgent } from './audit.service.ts';
import type { ChainedRow } from './audit-row.ts';
import { auditAfter, recordAudit, type AuditEntry } from './audit.store.ts';

const entry = (fields: Partial<AuditEntry> = {}): AuditEntry => ({
  atMs: 1000,
  action: 'store proxy',
  actorAccountId: 'a1',
  actorGroup: 'vo_user',
  targetAccountId: 'a1',
  subjectDn: '/CN=Jane',
  result: 'OK',
  vo: 'vo',
  ...fields,
});

async function world() {
  const database = await openTestDatabase();
  const clock = createFakeClock(1_800_000_000_000);
  const deps = {
    database,
    clock,
    log: silentLogger,
    configuration: { current: () => ({ version: '1', loadedAtMs: 0, values: aConfiguration() }) },
  };
  return {
    database,
    clock,
    audit: createAudit(deps),
    agent: createAuditAgent(deps),
    write: (...entries: readonly AuditEntry[]) =>
      database.write(function* () {
        for (const each of entries) yield* recordAudit(each);
      }),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

test('what was written is a chain that verifies', async () => {
  await using w = await world();
  await w.write(entry(), entry({ action: 'delete proxy' }));
  await w.write(entry({ actorAccountId: '', subjectDn: null, details: { issuer: 'https://x', n: 1 } }));
  assert.deepEqual((await w.audit.verify()).broken, undefined);
  assert.equal((await w.audit.verify()).rows, 3);
});

test('an empty log verifies', async () => {
  await using w = await world();
  assert.deepEqual(await w.audit.verify(), { rows: 0, broken: undefined, head: undefined });
});

test('entries of two processes at once stand in one chain without a gap', async () => {
  await using w = await world();
  const other = await w.database.openAnother();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const database = index % 2 === 0 ? w.database : other;
      return database.write(() => recordAudit(entry({ result: `${index}` })));
    }),
  );
  const verdict = await w.audit.verify();
  assert.deepEqual([verdict.rows, verdict.broken], [20, undefined]);
  await other.close();
});

const attacks: readonly (readonly [string, string, RegExp])[] = [
  ['a changed result', "update audit_log set result = 'OK' where audit_id = 2", /content was changed/],
  ['a changed actor', "update audit_log set actor = 'somebody' where audit_id = 2", /content was changed/],
  ['a changed time', 'update audit_log set at_ms = at_ms + 1 where audit_id = 2', /content was changed/],
  ['a row taken out', 'delete from audit_log where audit_id = 2', /between 1 and 3 are missing/],
  [
    'a row taken out and the others moved up',
    'delete from audit_log where audit_id = 2; update audit_log set audit_id = audit_id - 1 where audit_id > 2',
    /does not follow/,
  ],
  ['the newest row taken out', 'delete from audit_log where audit_id = 4', /newest rows are missing/],
  ['everything taken out', 'delete from audit_log', /newest rows are missing/],
];
for (const [name, sql, expected] of attacks)
  test(`${name} shows`, async () => {
    await using w = await world();
    await w.write(...['a', 'refused', 'c', 'd'].map((result) => entry({ result })));
    for (const statement of sql.split(';')) await w.database.write(() => run(statement));
    assert.match((await w.audit.verify()).broken?.reason ?? 'not seen', expected);
  });

test('an account sees what it did and what was done to it, newest first, page by page', async () => {
  await using w = await world();
  await w.write(
    entry(),
    entry({ actorAccountId: 'boss', action: 'delete proxy' }),
    entry({ actorAccountId: 'a2', targetAccountId: 'a2' }),
  );
  const seen = await w.audit.ofAccount('a1', { limit: 10 });
  assert.deepEqual(
    seen.map(({ action, actor }) => [action, actor]),
    [
      ['delete proxy', 'boss'],
      ['store proxy', 'a1'],
    ],
  );
  const [older] = await w.audit.ofAccount('a1', { limit: 10, beforeId: seen[0]?.auditId });
  assert.equal(older?.action, 'store proxy');
});

test('managers see their own VO and no other; others see nothing of it', async () => {
  await using w = await world();
  await w.write(entry(), entry({ vo: 'other' }), entry({ vo: null }));
  const manager = aUser({ vo: 'vo', properties: ['UserManager'] });
  assert.deepEqual(
    (await w.audit.ofVo(manager, { limit: 10 })).map(({ vo }) => vo),
    ['vo'],
  );
  const denied = { code: 'access.denied' };
  await assert.rejects(w.audit.ofVo(aUser({ properties: ['NormalUser'] }), { limit: 10 }), denied);
  await assert.rejects(w.audit.export(manager, 0), denied);
});

test('an export is whole, can be verified by itself, and is itself written down', async () => {
  await using w = await world();
  await w.write(entry(), entry());
  const administrator = aUser({ properties: ['CSAdministrator'] });
  const exported = async (afterId: number) => {
    const rows: ChainedRow[] = [];
    for await (const page of await w.audit.export(administrator, afterId)) rows.push(...page);
    return rows;
  };
  assert.deepEqual(
    (await exported(0)).map(({ audit_id }) => audit_id),
    [1, 2],
  );
  const [record, ...others] = await exported(2);
  assert.deepEqual([record?.action, record?.details], ['export audit log', '{"afterId":0,"lastId":2}']);
  assert.equal(others.length, 0);
  assert.deepEqual((await exported(99)).length, 0);
});

test('an export of many pages is whole, ends where it began, and is one row of the log', async () => {
  await using w = await world();
  const many = Array.from({ length: 2500 }, () => entry());
  await w.write(...many);
  const administrator = aUser({ properties: ['CSAdministrator'] });
  const ids: number[] = [];
  for await (const page of await w.audit.export(administrator, 0)) {
    ids.push(...page.map(({ audit_id }) => audit_id));
    await w.write(entry());
  }
  assert.deepEqual([ids.length, ids.at(-1)], [2500, 2500]);
  const written = await w.database.read(() => auditAfter(2500, 100));
  assert.equal(written.filter(({ action }) => action === 'export audit log').length, 1);
});

test('rows older than they must be kept go, and the rest still verifies', async () => {
  await using w = await world();
  await w.write(entry({ atMs: 0 }), entry({ atMs: 1 }), entry({ atMs: w.clock.nowMs() }));
  await w.agent.runOnce();
  const verdict = await w.audit.verify();
  assert.deepEqual([verdict.rows, verdict.broken], [1, undefined]);
});

test('the log of older versions is taken over in its order, once', async () => {
  await using w = await world();
  const former = (database: TestDatabase, action: string, atMs: number) =>
    database.write(() =>
      run(
        `insert into credential_audit (at_ms, action, actor_account_id, actor_group, target_account_id, subject_dn,
           result) values ($1, $2, 'a1', 'vo_user', 'a1', null, 'OK')`,
        [atMs, action],
      ),
    );
  await former(w.database, 'request upload', w.clock.nowMs() - 2);
  await former(w.database, 'store proxy', w.clock.nowMs() - 1);
  await w.agent.runOnce();
  await w.agent.runOnce();
  const rows = await w.database.read(() => auditAfter(0, 10));
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['request upload', 'store proxy'],
  );
});
