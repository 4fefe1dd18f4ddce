/** Each GPU has enough memory of its own. */
import type { MatchRule } from '../match-rule.ts';

export const gpuMemoryRule: MatchRule = {
  name: 'GPUMemory',
  fits: ({ gpus, gpuMemoryMiB }, { gpu }) =>
    gpus === 0 || gpuMemoryMiB === undefined || gpuMemoryMiB <= (gpu?.memoryMiB ?? 0),
  wanted: ({ gpuMemoryMiB = 0 }) => `${gpuMemoryMiB} MiB each`,
  offered: ({ gpu }) => (gpu?.memoryMiB === undefined ? 'unknown' : `${gpu.memoryMiB} MiB each`),
  relax: (_wanted, { gpu }) =>
    gpu?.memoryMiB === undefined
      ? { requirements: { gpuMemoryMiB: 0 }, advice: 'leave GPUMemory out' }
      : {
          requirements: { gpuMemoryMiB: gpu.memoryMiB },
          advice: `ask for at most ${gpu.memoryMiB} MiB of GPUMemory`,
        },
};
