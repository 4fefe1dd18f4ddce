import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { commonFacts, gpusOfNode, parseNvidiaSmi, visibleNames } from './gpu-facts.ts';
import { operatingSystems } from './node-facts.ts';

const noTool = async (): Promise<string> => '';

/** A machine made of files; `root` stands for its /. */
async function onMachine(files: Readonly<Record<string, string>>, smi = noTool) {
  const root = mkdtempSync(join(tmpdir(), 'wm-machine-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    return await gpusOfNode(root, smi);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('nvidia-smi tells model, memory and compute capability', async () => {
  const smi = async () => 'NVIDIA A100-SXM4-40GB, 40960, 8.0\nNVIDIA A100-SXM4-40GB, 40960, 8.0\n';
  assert.deepEqual(await onMachine({}, smi), {
    names: ['0', '1'],
    facts: { vendor: 'NVIDIA', model: 'NVIDIA A100-SXM4-40GB', memoryMiB: 40_960, computeCapability: 8 },
  });
});

test('an old nvidia-smi that knows no compute capability, and one that fails, do no harm', () => {
  assert.deepEqual(parseNvidiaSmi('Tesla K40c, 11441, [N/A]\n'), [
    { vendor: 'NVIDIA', model: 'Tesla K40c', memoryMiB: 11_441 },
  ]);
  assert.deepEqual(parseNvidiaSmi('NVIDIA-SMI has failed because it could not talk to the driver.\n'), []);
});

test('without nvidia-smi the driver tells the model, and at last the devices are counted', async () => {
  const information = 'Model: \t\t Tesla T4\nIRQ:   \t\t 48\n';
  assert.deepEqual(await onMachine({ 'proc/driver/nvidia/gpus/0000:00:1e.0/information': information }), {
    names: ['0'],
    facts: { vendor: 'NVIDIA', model: 'Tesla T4' },
  });
  const devices = { 'dev/nvidia0': '', 'dev/nvidia1': '', 'dev/nvidiactl': '', 'dev/nvidia-uvm': '' };
  assert.deepEqual(await onMachine(devices), { names: ['0', '1'], facts: { vendor: 'NVIDIA' } });
});

test('AMD cards with memory of their own count, graphics of a main board do not', async () => {
  const card = (name: string, more: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(more).map(([file, text]) => [`sys/class/drm/${name}/device/${file}`, text]),
    );
  const files = {
    ...card('card0', { vendor: '0x1a03\n' }),
    ...card('card1', {
      vendor: '0x1002\n',
      mem_info_vram_total: '68702699520\n',
      product_name: 'Instinct MI210\n',
    }),
  };
  assert.deepEqual(await onMachine(files), {
    names: ['0'],
    facts: { vendor: 'AMD', memoryMiB: 65_520, model: 'Instinct MI210' },
  });
});

test('a node without GPUs offers none', async () => {
  assert.deepEqual(await onMachine({}), { names: [], facts: undefined });
});

test('of different GPUs only what all have is offered', () => {
  const small = { vendor: 'NVIDIA', model: 'T4', memoryMiB: 15_360, computeCapability: 7.5 };
  const big = { vendor: 'NVIDIA', model: 'A100', memoryMiB: 40_960, computeCapability: 8 };
  assert.deepEqual(commonFacts([small, big]), {
    vendor: 'NVIDIA',
    memoryMiB: 15_360,
    computeCapability: 7.5,
  });
  assert.deepEqual(commonFacts([big, { vendor: 'NVIDIA' }]), { vendor: 'NVIDIA' });
});

test('what the batch system hides does not count', () => {
  const cases: readonly [string | undefined, readonly string[]][] = [
    [undefined, ['0', '1', '2', '3']],
    ['0, 2', ['0', '2']],
    ['GPU-8932f937-d72c', ['GPU-8932f937-d72c']],
    ['', []],
    ['NoDevFiles', []],
    ['0,1,2,3,4,5', ['0', '1', '2', '3']],
  ];
  for (const [visible, names] of cases) assert.deepEqual(visibleNames(4, visible), names, visible);
});

test('a system answers to its names, the most exact first', () => {
  const alma = 'NAME="AlmaLinux"\nVERSION_ID="9.4"\nID="almalinux"\nID_LIKE="rhel centos fedora"\n';
  assert.deepEqual(operatingSystems(alma), [
    'almalinux-9.4',
    'almalinux-9',
    'almalinux',
    'rhel-9',
    'rhel',
    'centos',
    'fedora',
  ]);
  assert.deepEqual(operatingSystems('ID=debian\nVERSION_ID="12"\n'), ['debian-12', 'debian']);
  assert.deepEqual(operatingSystems('ID=arch\n'), ['arch']);
  assert.deepEqual(operatingSystems(''), []);
});
