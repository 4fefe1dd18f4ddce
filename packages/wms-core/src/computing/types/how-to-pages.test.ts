import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sshHostParameters } from '../hosts/host-parameters.ts';
import { arcComputingElement } from './arc.adapter.ts';
import { htcondorComputingElement } from './htcondor.adapter.ts';
import { openstackComputingElement } from './openstack.adapter.ts';
import { slurmRestComputingElement } from './slurm-rest.adapter.ts';
import { slurmComputingElement } from './slurm.adapter.ts';
import { sshComputingElement } from './ssh.adapter.ts';

const howTo = join(import.meta.dirname, '..', '..', '..', '..', '..', 'docs', 'how-to');

/** First words of the rows of all tables. */
const parametersOn = (page: string): readonly string[] =>
  [...readFileSync(join(howTo, page), 'utf8').matchAll(/^\| `([a-zA-Z]+)` +\|/gm)].map(
    ([, name]) => name ?? '',
  );

describe('the how-to pages of computing elements', () => {
  const pages: readonly (readonly [string, readonly object[]])[] = [
    ['use-an-arc-ce.md', [arcComputingElement.parameters.shape]],
    ['use-an-htcondor-ce.md', [htcondorComputingElement.parameters.shape]],
    ['use-an-openstack-cloud.md', [openstackComputingElement.parameters.shape]],
    ['use-a-slurm-cluster.md', [slurmComputingElement.parameters.shape]],
    ['use-a-slurm-cluster-over-rest.md', [slurmRestComputingElement.parameters.shape]],
    ['use-a-host-over-ssh.md', [sshComputingElement.parameters.shape, sshHostParameters.shape]],
  ];
  for (const [page, shapes] of pages) {
    it(`${page} has a row for every parameter`, () => {
      const there = parametersOn(page);
      assert.deepEqual(
        shapes.flatMap((shape) => Object.keys(shape)).filter((name) => !there.includes(name)),
        [],
      );
    });
  }
});
