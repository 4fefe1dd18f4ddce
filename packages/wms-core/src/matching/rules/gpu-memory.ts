/** Each GPU has enough memory of its own. */
import type { MatchRule } from '../match-rule.ts';

export const gpuMemoryRule: MatchRule = {
  name: 'GPUMemory',
  fits: ({ gpus, gpuMemoryMiB }, { gpu }) =>
    gpus === 0 || gpuMemoryMiB === undefined || gpuMemoryMiB <= (gpu?.memoryMiB ?? 0),
  wanted: ({ gpuMemoryMiB = 0 }) => `${gpuMemoryMiB} MiB each`,
  offered: ({ gpu }) => (gpu?.memoryMiB === undefined ? 'unknown' : `${gpu.memoryMiB} MiB each`),
  ease: (wanted, { gpu }) =>
    gpu?.memoryMiB === undefined ? undefined : { ...wanted, gpuMemoryMiB: Math.floor(gpu.memoryMiB) },
};
