/**
 * The scripts of the `ssh` type on this machine, without ssh between; the whole way is tested in `e2e/testbed`.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { ComputingElement, ComputingElementContext } from '../computing-element.ts';
import { computingElementContract } from '../computing-element.contract.ts';
import { localHost } from '../hosts/local-host.adapter.ts';
import { pilotsOnHost, sshComputingElement } from './ssh.adapter.ts';

const opened = (context: ComputingElementContext): ComputingElement => {
  const values = sshComputingElement.parameters.parse({
    host: { address: 'unused' },
    folder: context.folder,
    nodeExecutable: process.execPath,
  });
  return pilotsOnHost(context, values, localHost({ timeoutS: 60, passEnvironment: [] }));
};

computingElementContract('ssh, without ssh', opened, {
  skip: existsSync('/proc/self/stat') ? false : 'needs /proc (Linux)',
});

describe('parameters of the ssh type', () => {
  const faults = (parameters: object): readonly string[] =>
    sshComputingElement.parameters
      .safeParse(parameters)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  it('an address is enough', () => assert.deepEqual(faults({ host: { address: 'login.example.org' } }), []));

  const cases: readonly (readonly [object, RegExp])[] = [
    [{ host: {} }, /^host.address: the name or address of a host, such as/],
    [
      { host: { address: '-oProxyCommand=evil' } },
      /^host.address: the name or address of a host, without user/,
    ],
    [{ host: { address: 'me@h' } }, /^host.address/],
    [{ host: { address: 'h', port: 0 } }, /^host.port: a port number/],
    [{ host: { address: 'h', user: '-x' } }, /^host.user/],
    [{ host: { address: 'h', identityFile: 'id_rsa' } }, /^host.identityFile: an absolute path/],
    [{ host: { address: 'h', hostKeys: ['AAAA'] } }, /^host.hostKeys.0: a key such as/],
    [{ host: { address: 'h' }, folder: "a'; rm -rf /" }, /^folder: a path of letters/],
    [
      { host: { address: 'h' }, passEnvironment: ['A B'] },
      /^passEnvironment.0: the name of an environment variable/,
    ],
  ];
  for (const [parameters, expected] of cases) {
    it(`${JSON.stringify(parameters)} is refused with its path`, () => {
      const [fault, ...more] = faults(parameters);
      assert.match(fault ?? 'none', expected);
      assert.deepEqual(more, []);
    });
  }
});
