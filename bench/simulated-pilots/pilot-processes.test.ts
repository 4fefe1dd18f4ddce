import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ledger } from './ledger.ts';
import { endPilots, killPilot, livingPilots } from './pilot-processes.ts';

function emptyLedger(): Ledger & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'wm-ledger-'));
  return Object.assign(new Ledger(folder), {
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  });
}

function note({ folder }: Ledger, processId: number): void {
  const line = { kind: 'pilot', processId, shellId: processId, atMs: 0 };
  writeFileSync(join(folder, 'pilot.jsonl'), `${JSON.stringify(line)}\n`);
}

/** Looks like a pilot of this ledger. */
async function startPilot({ folder }: Ledger): Promise<ChildProcess> {
  const script = 'process.stdout.write("up"); setInterval(() => {}, 1000)';
  const words = ['-e', script, '--', '/bench/simulated-pilot.ts', folder];
  const pilot = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(pilot.stdout, 'data');
  return pilot;
}

test(
  'pilots are ended by those whose ledger they write, whatever number they have',
  { skip: !existsSync('/proc/self/cmdline') && 'needs /proc', timeout: 60_000 },
  async () => {
    using own = emptyLedger();
    using other = emptyLedger();
    const pilot = await startPilot(own);
    try {
      const processId = pilot.pid ?? 0;
      const ended = once(pilot, 'exit');
      note(other, processId);
      assert.deepEqual(livingPilots(other), []);
      assert.equal(killPilot({ processId, shellId: 0, ledgerFolder: other.folder }, false), false);
      endPilots(other);
      note(own, processId);
      assert.equal(livingPilots(own).length, 1);
      endPilots(own);
      assert.deepEqual(await ended, [null, 'SIGTERM']);
    } finally {
      pilot.kill('SIGKILL');
    }
  },
);

test('a process that is no pilot is let alone', () => {
  using ledger = emptyLedger();
  note(ledger, process.pid);
  assert.deepEqual(livingPilots(ledger), []);
});
