import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { openComputingElement } from '@wm/wms-core/computing';
import { computingElementContract } from '@wm/wms-core/computing-contract';
import { arexIsMissing, startArex, type Arex } from './arex.ts';

const patience = { everyMs: 250, forMs: 90_000 };

describe('an ARC CE', { skip: arexIsMissing() }, () => {
  let folder: string;
  let arex: Arex;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wm-arex-'));
    await chmod(folder, 0o755);
    arex = await startArex(folder);
  });
  after(async () => {
    await arex.end();
    await rm(folder, { recursive: true, force: true });
  });

  computingElementContract(
    'ARC',
    (context) =>
      openComputingElement(
        {
          type: 'arc',
          queues: {},
          parameters: {
            endpoint: arex.endpoint,
            proxyFile: arex.certificates.proxy,
            caFolder: arex.certificates.trustFolder,
            queue: 'fork',
            nodeExecutable: arex.nodeExecutable,
          },
        },
        context,
      ),
    patience,
  );
});
