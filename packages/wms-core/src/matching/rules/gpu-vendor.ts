/** The GPUs are of a wanted maker. Asked only of jobs that want GPUs: the others do not care. */
import { listed, type MatchRule } from '../match-rule.ts';

const sameWord = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const gpuVendorRule: MatchRule = {
  name: 'GPUVendor',
  fits: ({ gpus, gpuVendors }, { gpu }) =>
    gpus === 0 ||
    gpuVendors === undefined ||
    gpuVendors.length === 0 ||
    gpuVendors.some((vendor) => sameWord(vendor, gpu?.vendor ?? '')),
  wanted: ({ gpuVendors = [] }) => listed(gpuVendors, 'any vendor'),
  offered: ({ gpu }) => gpu?.vendor ?? 'an unknown vendor',
  ease: (wanted, { gpu }) =>
    gpu?.vendor === undefined
      ? undefined
      : { ...wanted, gpuVendors: [...(wanted.gpuVendors ?? []), gpu.vendor] },
};
