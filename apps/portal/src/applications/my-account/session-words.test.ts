import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserWords, wayWords } from './session-words.ts';

const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';

const known: Readonly<Record<string, string>> = {
  'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0': 'Firefox 133 on Linux',
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome}`]: 'Chrome 143 on Windows',
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Edg/143.0.0.0`]: 'Edge 143 on Windows',
  [`${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15`]: 'Safari 18 on macOS',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1':
    'Safari 18 on iPhone',
  [`Mozilla/5.0 (Linux; Android 15; Pixel 9) ${chrome}`]: 'Chrome 143 on Android',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/143.0.0.0 Safari/537.36':
    'Chrome 143 on Linux',
  'curl/8.5.0': 'curl 8',
};

for (const [agent, words] of Object.entries(known))
  test(`${words} is told from what it sends`, () => assert.equal(browserWords(agent), words));

test('an unknown program is quoted, cut where it is long, and no name is no secret', () => {
  assert.equal(browserWords('node'), 'node');
  assert.equal(browserWords('x'.repeat(60)), `${'x'.repeat(40)}…`);
  assert.equal(browserWords(' '), 'Unknown program');
});

test('a way in that is not known keeps its word', () => {
  assert.equal(wayWords('checkin'), 'Identity provider');
  assert.equal(wayWords('token'), 'token');
});
