/** The GPUs are new enough for the code of the job. */
import type { MatchRule } from '../match-rule.ts';

export const gpuComputeCapabilityRule: MatchRule = {
  name: 'GPUComputeCapability',
  fits: ({ gpus, gpuComputeCapability }, { gpu }) =>
    gpus === 0 || gpuComputeCapability === undefined || gpuComputeCapability <= (gpu?.computeCapability ?? 0),
  wanted: ({ gpuComputeCapability }) =>
    gpuComputeCapability === undefined ? 'any' : `at least ${gpuComputeCapability}`,
  offered: ({ gpu }) => (gpu?.computeCapability === undefined ? 'unknown' : String(gpu.computeCapability)),
  ease: (wanted, { gpu }) =>
    gpu?.computeCapability === undefined
      ? undefined
      : { ...wanted, gpuComputeCapability: gpu.computeCapability },
};
