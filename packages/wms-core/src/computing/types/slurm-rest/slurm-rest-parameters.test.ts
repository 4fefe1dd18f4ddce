import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computingElementFaults } from '../index.ts';
import { slurmRestParameters } from './slurm-rest-parameters.ts';

const good = {
  endpoint: 'https://slurm.example.org:6820',
  user: 'pilots',
  tokenFile: '/etc/wm/slurm-token',
  folder: '/shared/pilots',
};
const faults = (parameters: Record<string, unknown>) =>
  computingElementFaults({ type: 'slurm-rest', queues: {}, parameters })?.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('the parameters of a Slurm cluster over REST', () => {
  it('need an address, an account, a credential and a folder, the rest has defaults', () => {
    assert.deepEqual(faults(good), []);
    const { endpoint, apiVersion } = slurmRestParameters.parse({ ...good, endpoint: `${good.endpoint}/` });
    assert.deepEqual([endpoint, apiVersion], [good.endpoint, 'v0.0.38']);
  });

  it('take a folder below the home where there is a host', () =>
    assert.deepEqual(faults({ ...good, folder: 'pilots', host: { address: 'data.example.org' } }), []));

  const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['no URL', { ...good, endpoint: 'slurm.example.org' }, /^endpoint: the address of slurmrestd, such as/],
    [
      'the address of the interface',
      { ...good, endpoint: `${good.endpoint}/slurm/v0.0.38` },
      /^endpoint: host and port alone/,
    ],
    ['a version that speaks otherwise', { ...good, apiVersion: 'v0.0.41' }, /^apiVersion: one of v0.0.36/],
    ['no account', { ...good, user: undefined }, /^user: the name of an account/],
    ['no credential', { ...good, tokenFile: undefined }, /^tokenFile: give either tokenFile .* or keyFile/],
    ['two credentials', { ...good, keyFile: '/etc/jwt.key' }, /^tokenFile: give either/],
    ['a relative folder without a host', { ...good, folder: 'pilots' }, /^folder: an absolute path, because/],
    ['a field of our own', { ...good, jobFields: { comment: 'x' } }, /^jobFields.comment: comment is set by/],
    [
      'a field of our own of a batch queue',
      { ...good, queueJobFields: { long: { time_limit: 5 } } },
      /^queueJobFields.long.time_limit: time_limit is set by/,
    ],
    ['a variable that is none', { ...good, environment: { 'A B': '1' } }, /^environment.A B: /],
    ['an unknown key', { ...good, partition: 'x' }, /^partition: there is no such parameter/],
  ];
  for (const [what, parameters, message] of wrong)
    it(`refuse ${what} and say what would be right`, () => {
      const found = faults(parameters) ?? [];
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', message);
    });
});
