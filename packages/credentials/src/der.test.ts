import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { toDefiniteForm } from './ber.ts';
import {
  childrenOf,
  concat,
  der,
  oid,
  readDer,
  readInteger,
  readOid,
  readTime,
  sequence,
  tags,
  time,
  unsignedInteger,
} from './der.ts';
import { readFirstPem, readPem, writePem } from './pem.ts';

test('what is written is read again: object identifiers, integers, times, PEM', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 1, maxLength: 6 }),
      fc.bigInt({ min: 0n, max: 2n ** 160n }),
      fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2150, 0) }),
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      (arcs, number, atMs, bytes) => {
        const dotted = ['1.3', ...arcs].join('.');
        assert.equal(readOid(readDer(oid(dotted))), dotted);
        const hex = number.toString(16);
        const octets = Uint8Array.from(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
        assert.equal(readInteger(readDer(unsignedInteger(octets))), number);
        assert.equal(readTime(readDer(time(atMs))), Math.floor(atMs / 1000) * 1000);
        assert.deepEqual([...readPem(`text\r\n${writePem('X', bytes)}`)[0]!.der], [...bytes]);
      },
    ),
    { numRuns: 200 },
  );
});

test('random bytes are refused or read, never more than that', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      for (const read of [readDer, toDefiniteForm])
        try {
          read(bytes);
        } catch (error) {
          assert.equal(error instanceof Error && error.name, 'DerError');
        }
    }),
    { numRuns: 500 },
  );
});

test('forms that are not DER are refused', () => {
  const cases = {
    'a length in a longer form than needed': [0x04, 0x81, 0x01, 0x00],
    'an indefinite length': [0x30, 0x80, 0x00, 0x00],
    'bytes after the value': [0x05, 0x00, 0x00],
    'a value longer than its bytes': [0x04, 0x05, 0x00],
    'a tag of several octets': [0x1f, 0x81, 0x01, 0x00],
  };
  for (const [what, octets] of Object.entries(cases))
    assert.throws(() => readDer(Uint8Array.from(octets)), { name: 'DerError' }, what);
  assert.throws(() => readInteger(readDer(Uint8Array.of(0x02, 2, 0, 1))), { name: 'DerError' });
});

test('times without zone, out of range or of a date that is none are refused', () => {
  const text = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value));
  for (const [tag, value] of [
    [tags.utcTime, '261127120000'],
    [tags.utcTime, '2611271200Z'],
    [tags.utcTime, '261127120000+0100'],
    [tags.utcTime, '261327120000Z'],
    [tags.generalizedTime, '20261127250000Z'],
    [tags.generalizedTime, '20260231120000Z'],
    [tags.generalizedTime, '20261127120000.5Z'],
    [tags.octetString, '261127120000Z'],
  ] as const)
    assert.throws(() => readTime(readDer(der(tag, text(value)))), { name: 'DerError' }, value);
});

test('indefinite lengths and strings in pieces become the definite form', () => {
  const pieces = concat(
    Uint8Array.of(0x30, 0x80, 0x24, 0x80),
    der(tags.octetString, Uint8Array.of(1, 2)),
    der(tags.octetString, Uint8Array.of(3)),
    Uint8Array.of(0, 0, 0, 0),
  );
  assert.deepEqual(toDefiniteForm(pieces), sequence(der(tags.octetString, Uint8Array.of(1, 2, 3))));
  assert.equal(childrenOf(readDer(toDefiniteForm(pieces))).length, 1);
});

test('the first block of a file is the one that reading all would give first', () => {
  const [leaf, other] = [
    writePem('CERTIFICATE', Uint8Array.of(1, 2)),
    writePem('CERTIFICATE', Uint8Array.of(3)),
  ];
  for (const text of [
    leaf,
    leaf + other,
    `Bag Attributes\n${leaf}${other}`,
    '',
    'no block',
    leaf.slice(0, 40),
  ])
    assert.deepEqual(readFirstPem(text), readPem(text)[0]);
});
