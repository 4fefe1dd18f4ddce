/**
 * The GPUs are of a wanted model. Drivers say "NVIDIA A100-SXM4-40GB" where people say "A100": the wanted words
 * must stand in the name, whole and in this order, so that "L4" is no "L40".
 */
import { listed, type MatchRule } from '../match-rule.ts';

/** "-nvidia-a100-sxm4-40gb-" */
const words = (text: string): string =>
  `-${text.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-`.replace(/-+/g, '-');

const isModel = (wanted: string, offered: string): boolean => {
  const wantedWords = words(wanted);
  return wantedWords !== '-' && words(offered).includes(wantedWords);
};

export const gpuModelRule: MatchRule = {
  name: 'GPUModel',
  fits: ({ gpus, gpuModels }, { gpu }) =>
    gpus === 0 ||
    gpuModels === undefined ||
    gpuModels.length === 0 ||
    gpuModels.some((model) => isModel(model, gpu?.model ?? '')),
  wanted: ({ gpuModels = [] }) => listed(gpuModels, 'any model'),
  offered: ({ gpu }) => gpu?.model ?? 'an unknown model',
  ease: (wanted, { gpu }) =>
    gpu?.model === undefined || words(gpu.model) === '-'
      ? undefined
      : { ...wanted, gpuModels: [...(wanted.gpuModels ?? []), gpu.model] },
};
