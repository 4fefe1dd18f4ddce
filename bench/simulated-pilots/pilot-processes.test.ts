import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ledger } from './ledger.ts';
import { endPilots, killPilot, livingPilots } from './pilot-processes.ts';

function ledgerNaming(processId: number): Ledger & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'wm-ledger-'));
  const line = { kind: 'pilot', processId, shellId: processId, atMs: 0 };
  writeFileSync(join(folder, 'pilot.jsonl'), `${JSON.stringify(line)}\n`);
  return Object.assign(new Ledger(folder), {
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  });
}

test(
  'a process that got the number of a pilot that ended is let alone',
  { skip: !existsSync('/proc/self/cmdline') && 'needs /proc', timeout: 60_000 },
  async () => {
    using stranger = ledgerNaming(process.pid);
    assert.deepEqual(livingPilots(stranger), []);
    endPilots(stranger);

    using elsewhere = ledgerNaming(0);
    const script = 'process.stdout.write("up"); setInterval(() => {}, 1000)';
    const words = ['-e', script, '--', '/bench/simulated-pilot.ts', elsewhere.folder];
    const pilot = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(pilot.stdout, 'data');
    using here = ledgerNaming(pilot.pid ?? 0);
    endPilots(here);
    assert.equal(
      killPilot({ processId: pilot.pid ?? 0, shellId: 0, ledgerFolder: here.folder }, false),
      false,
    );
    const ended = once(pilot, 'exit');
    assert.equal(
      killPilot({ processId: pilot.pid ?? 0, shellId: 0, ledgerFolder: elsewhere.folder }, false),
      true,
    );
    assert.deepEqual(await ended, [null, 'SIGKILL']);
  },
);
