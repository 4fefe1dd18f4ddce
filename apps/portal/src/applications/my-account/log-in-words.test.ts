import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hindranceWords, personWords, sideEffectWords } from './log-in-words.ts';

const waiting = {
  linkId: 'l',
  provider: 'ESCAPE IAM',
  issuer: 'https://iam.example.org/',
  subject: 'f3a1',
  name: 'Ada',
  email: 'ada@example.org',
  outlook: 'free',
  takenBy: null,
} as const;

test('a person is named as far as the provider does', () => {
  assert.equal(personWords(waiting), 'Ada (ada@example.org)');
  assert.equal(personWords({ ...waiting, name: null }), 'ada@example.org');
  assert.equal(personWords({ ...waiting, name: null, email: null }), 'f3a1');
});

test('a log-in that is another account’s names it and the way out', () => {
  const words = hindranceWords({ ...waiting, outlook: 'taken', takenBy: 'ada' }, 'help@example.org');
  assert.match(words ?? '', /another account here, ada\. .*un-link it under My Account.*help@example\.org/);
  assert.match(hindranceWords({ ...waiting, outlook: 'taken' }, null) ?? '', /ask the administrators/);
});

test('an unused account that is closed is named', () => {
  const unused = { ...waiting, outlook: 'unused', takenBy: 'ada2' } as const;
  assert.equal(hindranceWords(unused, null), undefined);
  assert.match(sideEffectWords(unused) ?? '', /ada2, in which nothing was done yet\. That account is closed/);
  assert.equal(sideEffectWords(waiting), undefined);
});

test('a free one has no hindrance, the own and a second one do', () => {
  assert.equal(hindranceWords(waiting, null), undefined);
  assert.match(hindranceWords({ ...waiting, outlook: 'own' }, null) ?? '', /already/);
  assert.match(hindranceWords({ ...waiting, outlook: 'second' }, null) ?? '', /at ESCAPE IAM/);
});
