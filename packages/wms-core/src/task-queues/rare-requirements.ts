/**
 * The demands that most jobs do not have, as a table: from it follow the key of a task queue, the processed
 * description and its reading. A row is absent when there is no demand, so what was stored before a row was
 * added still reads, and keeps its task queue.
 */
import type { RareRequirements } from './task-queue.ts';

export interface RareRequirement {
  readonly field: keyof RareRequirements;
  /** Its name in the nested `JobRequirements` of a processed description. */
  readonly jdlName: string;
  readonly kind: 'text' | 'number' | 'list';
}

export const rareRequirements: readonly RareRequirement[] = [
  { field: 'pilotType', jdlName: 'PilotType', kind: 'text' },
  { field: 'bannedComputingElements', jdlName: 'BannedGridCEs', kind: 'list' },
  { field: 'architectures', jdlName: 'Architectures', kind: 'list' },
  { field: 'operatingSystems', jdlName: 'OperatingSystems', kind: 'list' },
  { field: 'minGlibc', jdlName: 'MinGlibc', kind: 'text' },
  { field: 'wallTimeS', jdlName: 'WallTime', kind: 'number' },
  { field: 'memoryPerProcessorMiB', jdlName: 'MemoryPerProcessorMiB', kind: 'number' },
  { field: 'gpuVendors', jdlName: 'GPUVendors', kind: 'list' },
  { field: 'gpuModels', jdlName: 'GPUModels', kind: 'list' },
  { field: 'gpuMemoryMiB', jdlName: 'GPUMemoryMiB', kind: 'number' },
  { field: 'gpuComputeCapability', jdlName: 'GPUComputeCapability', kind: 'number' },
];

type Value = string | number | readonly string[];

const asSet = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

function normalized(value: Value | undefined): Value | undefined {
  if (value === undefined || value === '' || value === 0) return undefined;
  if (typeof value !== 'object') return value;
  return value.length === 0 ? undefined : asSet(value);
}

/** Rows of the table with a demand, in its order; lists as sorted sets. */
export function rareDemands(
  of: RareRequirements,
): readonly { readonly row: RareRequirement; readonly value: Value }[] {
  const demands = [];
  for (const row of rareRequirements) {
    const value = normalized(of[row.field]);
    if (value !== undefined) demands.push({ row, value });
  }
  return demands;
}

/** Only what is demanded. */
export const normalizeRareRequirements = (of: RareRequirements): RareRequirements =>
  Object.fromEntries(rareDemands(of).map(({ row, value }) => [row.field, value]));
