/** The GPUs are new enough for the code of the job. */
import type { MatchRule } from '../match-rule.ts';

export const gpuComputeCapabilityRule: MatchRule = {
  name: 'GPUComputeCapability',
  fits: ({ gpus, gpuComputeCapability }, { gpu }) =>
    gpus === 0 ||
    gpuComputeCapability === undefined ||
    gpuComputeCapability <= (gpu?.computeCapability ?? 0),
  wanted: ({ gpuComputeCapability }) =>
    gpuComputeCapability === undefined ? 'any' : `at least ${gpuComputeCapability}`,
  offered: ({ gpu }) => (gpu?.computeCapability === undefined ? 'unknown' : String(gpu.computeCapability)),
  relax: (_wanted, { gpu }) =>
    gpu?.computeCapability === undefined
      ? { requirements: { gpuComputeCapability: 0 }, advice: 'leave GPUComputeCapability out' }
      : {
          requirements: { gpuComputeCapability: gpu.computeCapability },
          advice: `ask for at most ${gpu.computeCapability} in GPUComputeCapability`,
        },
};
