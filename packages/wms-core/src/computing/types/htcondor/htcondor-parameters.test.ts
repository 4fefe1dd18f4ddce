import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computingElementFaults } from '../index.ts';
import { htcondorParameters } from './htcondor-parameters.ts';

const good = { endpoint: 'ce.example.org', tokenFile: '/etc/wm/token' };
const faults = (parameters: Record<string, unknown>) =>
  computingElementFaults({ type: 'htcondor', queues: {}, parameters })?.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('the parameters of an HTCondor-CE', () => {
  it('need an address and a credential, the rest has defaults', () => {
    assert.deepEqual(faults(good), []);
    assert.equal(htcondorParameters.parse(good).endpoint, 'ce.example.org:9619');
    assert.equal(htcondorParameters.parse({ ...good, endpoint: 'ce:1' }).endpoint, 'ce:1');
  });

  const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['no address', { tokenFile: '/t' }, /^endpoint: the address of an HTCondor-CE, such as/],
    ['a URL', { ...good, endpoint: 'https://ce.example.org' }, /^endpoint: .*without https/],
    ['no credential', { endpoint: 'ce' }, /^tokenFile: give either tokenFile .* or proxyFile/],
    ['two credentials', { ...good, proxyFile: '/etc/wm/proxy' }, /^tokenFile: give either/],
    ['a relative path', { ...good, tokenFile: 'token' }, /^tokenFile: an absolute path/],
    ['a relative folder without a host', { ...good, folder: 'pilots' }, /^folder: an absolute path, because/],
    ['a comma in a path', { ...good, folder: '/a,b' }, /^folder: a path without comma/],
    ['shell characters', { ...good, nodeExecutable: "node';id" }, /^nodeExecutable: a path or name/],
    ['a line that is none', { ...good, submitLines: ['queue 5'] }, /^submitLines.0: one line "name = value"/],
    ['two lines', { ...good, submitLines: ['a = 1\nb = 2'] }, /^submitLines.0: one line/],
    [
      'a line of our own',
      { ...good, queueSubmitLines: { long: ['Executable = /bin/x'] } },
      /^queueSubmitLines.long.0: executable is set by the computing element itself/,
    ],
    ['our own attribute', { ...good, submitLines: ['+WmPilotStamp = 1'] }, /wmpilotstamp is set by/],
    ['an unknown key', { ...good, partition: 'x' }, /^partition: there is no such parameter/],
  ];
  for (const [what, parameters, message] of wrong)
    it(`refuse ${what} and say what would be right`, () => {
      const found = faults(parameters) ?? [];
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', message);
    });
});
