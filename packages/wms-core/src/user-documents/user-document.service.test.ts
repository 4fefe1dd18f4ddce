import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { UserPrincipal } from '../identity/principal.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import type { UserDocumentUseCases } from '../use-cases.ts';
import { createUserDocumentService } from './user-document.service.ts';

const aUser = (accountId: string): UserPrincipal => ({
  kind: 'user',
  accountId,
  userName: accountId,
  vo: 'vo.a',
  group: 'a_user',
  properties: [],
});
const ada = aUser('ada');

describe('documents of users', () => {
  let database: TestDatabase;
  let documents: UserDocumentUseCases;
  before(async () => {
    database = await openTestDatabase();
    documents = createUserDocumentService({ database, clock: createFakeClock(5) });
  });
  after(() => database.close());

  it('come back as they were put, each with its revision', async () => {
    const first = await documents.put(ada, 'note', 'мои заметки', 0, { text: 'a "note"' });
    assert.deepEqual(first, {
      kind: 'note',
      name: 'мои заметки',
      revision: 1,
      body: { text: 'a "note"' },
      updatedAtMs: 5,
    });
    const second = await documents.put(ada, 'note', 'мои заметки', 1, 'new');
    assert.equal(second.revision, 2);
    assert.deepEqual(await documents.get(ada, 'note', 'мои заметки'), second);
    assert.deepEqual(await documents.list(ada, 'note'), [second]);
  });

  it('of an older revision are not written over newer ones', async () => {
    await documents.put(ada, 'layout', 'main', 0, 1);
    await assert.rejects(documents.put(ada, 'layout', 'main', 0, 2), { code: 'conflict' });
    await assert.rejects(documents.put(ada, 'layout', 'main', 7, 2), { code: 'conflict' });
    await assert.rejects(documents.put(ada, 'layout', 'other', 1, 2), { code: 'conflict' });
    const outcomes = await Promise.allSettled(
      [1, 2].map((body) => documents.put(ada, 'layout', 'main', 1, body)),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('are seen by their account alone', async () => {
    await documents.put(ada, 'settings', 'theme', 0, 'dark');
    const bob = aUser('bob');
    assert.equal(await documents.get(bob, 'settings', 'theme'), undefined);
    await documents.remove(bob, 'settings', 'theme');
    assert.equal((await documents.get(ada, 'settings', 'theme'))?.body, 'dark');
    await documents.remove(ada, 'settings', 'theme');
    assert.deepEqual(await documents.list(ada, 'settings'), []);
  });

  it('have bounds', async () => {
    await assert.rejects(documents.put(ada, 'note', '', 0, 1), { code: 'input.invalid' });
    await assert.rejects(documents.put(ada, 'note', 'x'.repeat(129), 0, 1), { code: 'input.invalid' });
    await assert.rejects(documents.put(ada, 'note', 'x', 0, undefined), { code: 'input.invalid' });
    await assert.rejects(documents.put(ada, 'note', 'x', 0, 'y'.repeat(262_143)), {
      code: 'input.too-large',
    });
  });
});
