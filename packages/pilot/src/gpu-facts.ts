/**
 * The GPUs of this node: how many the slot may use, and what all of them have at least. NVIDIA's are told by
 * nvidia-smi or, without it, by the driver below /proc; AMD's by the kernel below /sys. A node without any tool
 * still counts its devices.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GpuFacts } from '@wm/wms-core/vocabulary';
import { readText } from './node-facts.ts';

export interface NodeGpus {
  /** How they are called in CUDA_VISIBLE_DEVICES or ROCR_VISIBLE_DEVICES. */
  readonly names: readonly string[];
  /** undefined without GPUs, or when nothing is known of them. */
  readonly facts: GpuFacts | undefined;
}

const slowestToolMs = 10_000;
const mib = 1_048_576;

/** Lines "name, memory in MiB, compute capability" of nvidia-smi. */
export function parseNvidiaSmi(text: string): readonly GpuFacts[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter(([model = '', memory = '']) => model !== '' && /^\d+$/.test(memory))
    .map(([model, memory, capability = '']) => ({
      vendor: 'NVIDIA',
      model,
      memoryMiB: Number(memory),
      ...(/^\d+\.\d+$/.test(capability) && { computeCapability: Number(capability) }),
    }));
}

const runNvidiaSmi = (): Promise<string> =>
  new Promise((resolve) => {
    execFile(
      'nvidia-smi',
      ['--query-gpu=name,memory.total,compute_cap', '--format=csv,noheader,nounits'],
      { timeout: slowestToolMs },
      (error, stdout) => resolve(error ? '' : stdout),
    );
  });

const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** What the driver says: models only. */
const nvidiaOfDriver = (root: string): readonly GpuFacts[] =>
  entriesOf(join(root, 'proc/driver/nvidia/gpus')).map((bus) => {
    const text = readText(join(root, 'proc/driver/nvidia/gpus', bus, 'information')) ?? '';
    const model = /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim();
    return { vendor: 'NVIDIA', ...(model !== undefined && { model }) };
  });

const nvidiaDevices = (root: string): readonly GpuFacts[] =>
  entriesOf(join(root, 'dev'))
    .filter((name) => /^nvidia\d+$/.test(name))
    .map(() => ({ vendor: 'NVIDIA' }));

/** Cards of the vendor 0x1002 with memory of their own. */
const amdCards = (root: string): readonly GpuFacts[] =>
  entriesOf(join(root, 'sys/class/drm'))
    .filter((name) => /^card\d+$/.test(name))
    .flatMap((name) => {
      const read = (file: string): string =>
        (readText(join(root, 'sys/class/drm', name, 'device', file)) ?? '').trim();
      const bytes = Number(read('mem_info_vram_total'));
      if (read('vendor') !== '0x1002' || !(bytes > 0)) return [];
      const model = read('product_name');
      return [{ vendor: 'AMD', memoryMiB: Math.floor(bytes / mib), ...(model !== '' && { model }) }];
    });

const common = <T>(values: readonly T[]): T | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

const least = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? undefined : Math.min(...known);
};

/** A job does not choose among the GPUs of a node, so only what all of them have counts. */
export function commonFacts(all: readonly GpuFacts[]): GpuFacts | undefined {
  if (all.length === 0) return undefined;
  const facts = {
    vendor: common(all.map(({ vendor }) => vendor)),
    model: common(all.map(({ model }) => model)),
    memoryMiB: least(all.map(({ memoryMiB }) => memoryMiB)),
    computeCapability: least(all.map(({ computeCapability }) => computeCapability)),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** The batch system may have given the slot some of the GPUs only; "NoDevFiles" and the like mean none. */
export function visibleNames(count: number, visibleDevices: string | undefined): readonly string[] {
  if (visibleDevices === undefined) return Array.from({ length: count }, (_, index) => String(index));
  const names = visibleDevices.split(',').map((name) => name.trim());
  return names.filter((name) => /^(?:\d+$|GPU-|MIG-)/.test(name)).slice(0, count);
}

/** `root` and `smi` stand for the machine; tests bring their own. */
export async function gpusOfNode(root = '/', smi: () => Promise<string> = runNvidiaSmi): Promise<NodeGpus> {
  const sources = [parseNvidiaSmi(await smi()), nvidiaOfDriver(root), nvidiaDevices(root)];
  const nvidia = sources.find((found) => found.length > 0) ?? [];
  const all = nvidia.length > 0 ? nvidia : amdCards(root);
  const visible = process.env['CUDA_VISIBLE_DEVICES'] ?? process.env['ROCR_VISIBLE_DEVICES'];
  const names = visibleNames(all.length, visible);
  return { names, facts: names.length === 0 ? undefined : commonFacts(all) };
}
