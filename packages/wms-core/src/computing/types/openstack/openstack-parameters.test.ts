import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computingElementFaults } from '../index.ts';
import { openstackParameters } from './openstack-parameters.ts';

const good = {
  authUrl: 'https://keystone.example.org:5000/v3',
  applicationCredentialFile: '/etc/wm/cloud.json',
  image: '5c1b2d3e',
  flavor: 'm1.small',
};
const oidc = { tokenFile: '/etc/wm/token', identityProvider: 'egi.eu', projectId: 'p' };
const faults = (parameters: Record<string, unknown>) =>
  computingElementFaults({ type: 'openstack', queues: {}, parameters })?.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('the parameters of an OpenStack cloud', () => {
  it('need an address, a credential, image and flavor, the rest has defaults', () => {
    assert.deepEqual(faults(good), []);
    const { authUrl, namePrefix } = openstackParameters.parse({ ...good, authUrl: `${good.authUrl}/` });
    assert.deepEqual([authUrl, namePrefix], [good.authUrl, 'wm-pilot']);
    assert.deepEqual(faults({ ...good, applicationCredentialFile: undefined, oidc }), []);
  });

  const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['no URL', { ...good, authUrl: 'keystone.example.org' }, /^authUrl: the address of Keystone, such as/],
    [
      'an old version',
      { ...good, authUrl: 'https://k.example.org:5000/v2.0' },
      /^authUrl: must end with \/v3/,
    ],
    [
      'no credential',
      { ...good, applicationCredentialFile: undefined },
      /^applicationCredentialFile: give either/,
    ],
    ['two credentials', { ...good, oidc }, /^applicationCredentialFile: give either/],
    ['no image', { ...good, image: undefined }, /^image: the id of an image/],
    ['the name of an image', { ...good, image: 'Debian 12' }, /^image: the id of an image, as "openstack/],
    [
      'a flavor that is none',
      { ...good, queueFlavors: { long: '' } },
      /^queueFlavors.long: the id of a flavor/,
    ],
    ['a prefix that no machine may have', { ...good, namePrefix: 'WM Pilot' }, /^namePrefix: small letters/],
    ['shell characters', { ...good, nodeExecutable: "node';id" }, /^nodeExecutable: a path or name/],
    [
      'an archive without checksum',
      { ...good, nodeArchive: { url: 'https://nodejs.org/node.tar.gz', sha256: 'abc' } },
      /^nodeArchive.sha256: 64 hexadecimal digits/,
    ],
    [
      'an archive that is no address',
      { ...good, nodeArchive: { url: "https://x/$(id)'", sha256: 'a'.repeat(64) } },
      /^nodeArchive.url: an address such as/,
    ],
    ['an unknown key', { ...good, password: 'x' }, /^password: there is no such parameter/],
  ];
  for (const [what, parameters, message] of wrong)
    it(`refuse ${what} and say what would be right`, () => {
      const found = faults(parameters) ?? [];
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', message);
    });
});
