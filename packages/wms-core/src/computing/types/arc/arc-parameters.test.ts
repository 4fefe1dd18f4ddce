import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computingElementFaults } from '../index.ts';
import { arcParameters } from './arc-parameters.ts';

const good = { endpoint: 'https://arc.example.org/arex', proxyFile: '/etc/wm/proxy.pem' };
const client = { clientId: 'wm', clientSecretFile: '/etc/wm/secret', audience: 'arc.example.org' };
const faults = (parameters: Record<string, unknown>) =>
  computingElementFaults({ type: 'arc', queues: {}, parameters })?.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('the parameters of an ARC CE', () => {
  it('need an address and a credential, the rest has defaults', () => {
    assert.deepEqual(faults(good), []);
    const { delegation, caFolder, nodeExecutable } = arcParameters.parse(good);
    assert.deepEqual(
      { delegation, caFolder, nodeExecutable },
      { delegation: 'limited', caFolder: '/etc/grid-security/certificates', nodeExecutable: 'node' },
    );
  });

  it('take an address with or without a slash at its end', () => {
    const { endpoint } = arcParameters.parse({ ...good, endpoint: 'https://arc.example.org:443/arex/' });
    assert.equal(endpoint, 'https://arc.example.org:443/arex');
  });

  const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['an address without TLS', { ...good, endpoint: 'http://arc.example.org/arex' }, /^endpoint: .*https/],
    [
      'the address of the interface',
      { ...good, endpoint: `${good.endpoint}/rest/1.0` },
      /^endpoint: .*without/,
    ],
    ['no credential', { endpoint: good.endpoint }, /^proxyFile: give either proxyFile .* or tokenFile/],
    ['two credentials', { ...good, tokenFile: '/etc/wm/token' }, /^proxyFile: give either/],
    [
      'a client without TLS',
      { ...good, proxyFile: undefined, tokenClient: { ...client, issuer: 'http://iam.example.org' } },
      /^tokenClient.issuer: must begin with https/,
    ],
    [
      'a proxy of the store beside a file',
      { ...good, storedProxy: { user: 'robot', group: 'vo_pilot' } },
      /^proxyFile: give either .* or storedProxy/,
    ],
    [
      'a proxy of the store without a group',
      { endpoint: good.endpoint, storedProxy: { user: 'robot' } },
      /^storedProxy\.group: must be a group of pilots/,
    ],
    ['a relative path', { ...good, caFolder: 'certificates' }, /^caFolder: must be an absolute path/],
    ['an unknown kind of delegation', { ...good, delegation: 'some' }, /^delegation: must be limited/],
    ['shell characters', { ...good, nodeExecutable: "node';id" }, /^nodeExecutable: must be a path/],
    ['a time out of range', { ...good, requestTimeoutS: 0 }, /^requestTimeoutS: must be 1 seconds or more/],
    ['a word for a time', { ...good, killingLimitS: '10m' }, /^killingLimitS: must be a number of seconds/],
    ['an unknown key', { ...good, partition: 'x' }, /^partition: there is no such parameter/],
  ];
  for (const [what, parameters, message] of wrong)
    it(`refuse ${what} and say what would be right`, () => {
      const found = faults(parameters) ?? [];
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', message);
    });
});
