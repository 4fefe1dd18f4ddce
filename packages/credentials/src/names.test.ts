import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeName, type NamePart } from './authority.ts';
import { ascii, der, oid, readDer, sequence, tags } from './der.ts';
import { isProxyNameOf, isSameSlashForm, keyOfSlashForm, nameKey, parseName, slashForm } from './names.ts';

const nameOf = (...parts: readonly NamePart[]) => parseName(readDer(encodeName(parts)));

const printable = (commonName: string) =>
  parseName(
    readDer(sequence(der(tags.set, sequence(oid('2.5.4.3'), der(tags.printableString, ascii(commonName)))))),
  );

test('the slash form shows names as OpenSSL prints them, slashes and all', () => {
  assert.equal(
    slashForm(nameOf(['DC', 'org'], ['O', 'Universität'], ['CN', 'host/ce.example.org'])),
    '/DC=org/O=Universität/CN=host/ce.example.org',
  );
});

test('names are the same whatever the string type, case of ASCII and runs of blanks', () => {
  const same = [
    nameOf(['CN', 'Jane Doe']),
    printable('Jane Doe'),
    printable('jane   DOE'),
    printable(' Jane Doe '),
  ];
  assert.equal(new Set(same.map(nameKey)).size, 1);
  assert.notEqual(nameKey(printable('Jane Do')), nameKey(same[0]!));
  assert.notEqual(nameKey(nameOf(['CN', 'JÜRGEN'])), nameKey(nameOf(['CN', 'jürgen'])));
});

test('a name with a slash in a value is not the name with two parts', () => {
  assert.notEqual(nameKey(nameOf(['O', 'a'], ['CN', 'b'])), nameKey(nameOf(['O', 'a/CN=b'])));
});

test('a proxy name is its issuer and exactly one CN', () => {
  const jane = nameOf(['O', 'Example'], ['CN', 'Jane']);
  assert.equal(isProxyNameOf(nameOf(['O', 'Example'], ['CN', 'Jane'], ['CN', '17']), jane), true);
  assert.equal(isProxyNameOf(nameOf(['O', 'Example'], ['CN', 'Jane'], ['OU', '17']), jane), false);
  assert.equal(
    isProxyNameOf(nameOf(['O', 'Example'], ['CN', 'Jane'], ['CN', '1'], ['CN', '7']), jane),
    false,
  );
  assert.equal(isProxyNameOf(nameOf(['O', 'Example'], ['CN', 'John'], ['CN', '17']), jane), false);
  assert.equal(isProxyNameOf(jane, jane), false);
});

test('control characters and names beyond 1 KiB are refused', () => {
  assert.throws(() => nameOf(['CN', 'Jane\u0000Doe']));
  assert.throws(() => nameOf(['CN', 'x'.repeat(1100)]));
});

test('a DN of the configuration matches but for blanks and case', () => {
  assert.equal(isSameSlashForm('/O=Example/CN=Jane  Doe', '/o=example/cn=jane doe'), true);
  assert.equal(isSameSlashForm('/O=Example/CN=Jane Doe', '/O=Example/CN=Jane'), false);
});

test('a name known by its slash form is the name of the certificate', () => {
  for (const name of [
    nameOf(
      ['DC', 'org'],
      ['DC', 'example-grid'],
      ['C', 'NL'],
      ['O', 'Example University'],
      ['CN', 'Jane Doe jdoe@example.org'],
    ),
    nameOf(['DC', 'ch'], ['OU', 'Users'], ['CN', 'jdoe'], ['CN', '123456'], ['CN', 'Jané Dœ']),
    nameOf(['O', 'Example/Filial'], ['CN', 'host/ce.example.org']),
    nameOf(['CN', 'Jane = Doe']),
  ])
    assert.equal(keyOfSlashForm(slashForm(name)), nameKey(name));
  assert.equal(
    keyOfSlashForm('/o=Example/cn=JANE  Doe'),
    nameKey(nameOf(['O', 'Example'], ['CN', 'Jane Doe'])),
  );
  for (const text of [
    '',
    '/',
    'CN=Jane',
    '/CN=',
    '/XX=Jane',
    '/CN=Jane\n',
    '/CN=Jane/1.2.3=x/XY=z',
    `/CN=${'x'.repeat(2000)}`,
  ])
    assert.equal(keyOfSlashForm(text), undefined, text.slice(0, 40));
});
