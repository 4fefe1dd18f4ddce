import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CredentialError } from '../credential-error.ts';
import { parseLsc } from './lsc.ts';
import { parseVomsAnswer } from './voms-answer.ts';
import { vomsRequest } from './voms-request.ts';
import { parseVomses } from './vomses.ts';

const dn = '/DC=org/DC=example-grid/O=Example VOMS/CN=voms.example.org';
const ca = '/DC=org/DC=example-grid/CN=Example Grid Issuing CA';

test('lines of vomses are servers; comments and empty lines are none', () => {
  const text = `# servers\n\n"vo" "voms.example.org" "15001" "${dn}" "vo.example.org" "24"\r\n  "b" "::1" "1" "/CN=x" "b"\n`;
  assert.deepEqual(parseVomses(text), [
    { alias: 'vo', host: 'voms.example.org', port: 15_001, dn, vo: 'vo.example.org' },
    { alias: 'b', host: '::1', port: 1, dn: '/CN=x', vo: 'b' },
  ]);
});

for (const [what, line] of [
  ['without quotes', `vo voms.example.org 15001 ${dn} vo.example.org`],
  ['without a VO', `"vo" "voms.example.org" "15001" "${dn}"`],
  ['with a port that is none', `"vo" "voms.example.org" "70000" "${dn}" "vo"`],
  ['with a name that is none', '"vo" "voms.example.org" "15001" "voms.example.org" "vo"'],
  ['with a host that is none', `"vo" "a host" "15001" "${dn}" "vo"`],
  ['with a VO that leads elsewhere', `"vo" "h" "15001" "${dn}" "../vo"`],
])
  test(`a line of vomses ${what} is told with its number`, () => {
    assert.throws(() => parseVomses(`\n${line}\n`), { reason: 'MALFORMED', message: /^Line 2 / });
  });

test('a .lsc file holds subject and issuer, perhaps of two certificates', () => {
  assert.deepEqual(parseLsc(`${dn}\n${ca}\n`), [{ subject: dn, issuer: ca }]);
  const next = `${dn}\r\n${ca}\r\n/CN=Root\n------ NEXT CHAIN ------\n/CN=b\n/CN=c\n`;
  assert.deepEqual(parseLsc(next), [
    { subject: dn, issuer: ca },
    { subject: '/CN=b', issuer: '/CN=c' },
  ]);
  for (const text of ['', dn, `${dn}\n`, 'voms.example.org\nCA', `${dn}\n${ca}\n------ NEXT CHAIN ------\n`])
    assert.throws(() => parseLsc(text), { reason: 'MALFORMED' });
});

test('names in files of VOMS become ours: escaped bytes, attributes of old', () => {
  const [chain] = parseLsc('/O=Universit\\xC3\\xA4t/Email=a@b.org\n/USERID=7/E=c@d.org\n');
  assert.deepEqual(chain, {
    subject: '/O=Universität/emailAddress=a@b.org',
    issuer: '/UID=7/emailAddress=c@d.org',
  });
});

for (const [fqan, command] of [
  [undefined, 'G/vo.example.org'],
  ['/vo.example.org', 'G/vo.example.org'],
  ['/vo.example.org/production', 'G/vo.example.org/production'],
  ['/vo.example.org/Role=pilot', 'B/vo.example.org:pilot'],
  ['/vo.example.org/production/Role=production/Capability=NULL', 'B/vo.example.org/production:production'],
  ['/vo.example.org/Role=NULL', 'G/vo.example.org'],
] as const)
  test(`${fqan ?? 'the VO'} is asked for with ${command}`, () => {
    const request = vomsRequest({ vo: 'vo.example.org', fqan, lifetimeS: 3600 });
    assert.match(
      request,
      /^<\?xml version="1.0" encoding="US-ASCII"\?><voms>.*<lifetime>3600<\/lifetime><\/voms>$/,
    );
    assert.ok(request.includes(`<command>${command}</command>`), request);
  });

test('what is not of the VO, or no FQAN at all, is not asked for', () => {
  const ask = (fqan: string | undefined, vo = 'vo.example.org', lifetimeS = 1) =>
    vomsRequest({ vo, fqan, lifetimeS });
  for (const fqan of ['/other', '/vo.example.organic', 'vo.example.org', '/vo.example.org/Role=a<b>', ''])
    assert.throws(() => ask(fqan), { reason: 'VOMS_REQUEST' }, fqan);
  assert.throws(() => ask(undefined, 'vo<x'), { reason: 'VOMS_REQUEST' });
  for (const lifetimeS of [0, -1, 1.5, Number.NaN])
    assert.throws(() => ask(undefined, 'vo', lifetimeS), { reason: 'LIFETIME' });
});

const answer = (inside: string): string =>
  `<?xml version="1.0" encoding = "US-ASCII"?><vomsans><version>3</version>${inside}</vomsans>`;
const item = (number: number, message: string): string =>
  `<error><item><number>${number}</number><message>${message}</message></item></error>`;

test('an answer brings an attribute certificate, perhaps with warnings', () => {
  assert.deepEqual(parseVomsAnswer(answer('<ac>MAEC\nAw==\n</ac>')), {
    kind: 'granted',
    attributeCertificate: Uint8Array.of(0x30, 1, 2, 3),
    warnings: [],
  });
  const shortened = parseVomsAnswer(answer(`${item(2, 'shortened to\n86400 &lt;s&gt;')}<ac>MAEC</ac>`));
  assert.deepEqual(shortened.kind === 'granted' && shortened.warnings, [
    { number: 2, text: 'shortened to 86400 <s>' },
  ]);
});

test('from number 1000 on an answer is a refusal, whatever else it holds; some are about the server alone', () => {
  for (const [number, isFinal, text] of [
    [1001, true, 'vo.example.org: User unknown to this VO.'],
    [1004, true, 'User is currently suspended! Suspension reason: paper is missing'],
    [1005, false, 'Unable to intepret command: <?xml version="1.0"?><voms><ac>MAEC</ac></voms>'],
  ] as const)
    assert.deepEqual(parseVomsAnswer(answer(`${item(1, 'a warning')}${item(number, text)}<ac>QQ==\n</ac>`)), {
      kind: 'refused',
      isFinal,
      text,
    });
});

test('anything else is no answer', () => {
  for (const text of [
    '',
    '<vomsans>',
    answer(''),
    answer('<ac></ac>'),
    answer('<ac>%%</ac>'),
    answer('<ac>A</ac>'),
  ])
    assert.throws(() => parseVomsAnswer(text), { reason: 'VOMS_ANSWER' }, text);
});

test('whatever is read, nothing but CredentialError comes of it', () => {
  const fragments = fc.constantFrom(
    ...[
      '<vomsans>',
      '</vomsans>',
      '<ac>',
      '</ac>',
      'QQ==',
      '<number>',
      '1001',
      '7',
      '</number>',
      '<message>',
      '&lt;',
    ],
    ...[
      '</message>',
      '"',
      '\n',
      '/CN=a',
      '\\xC3',
      '\\xA4',
      '15001',
      'vo',
      ' ',
      '------ NEXT CHAIN ------',
      '#',
      '=',
      '/',
    ],
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(fragments).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const read of [
        parseVomses,
        parseLsc,
        parseVomsAnswer,
        () => vomsRequest({ vo: text, fqan: undefined, lifetimeS: 1 }),
        () => vomsRequest({ vo: 'vo', fqan: text, lifetimeS: 1 }),
      ])
        try {
          read(text);
        } catch (error) {
          assert.ok(error instanceof CredentialError, String(error));
        }
    }),
    { numRuns: 1000 },
  );
});
