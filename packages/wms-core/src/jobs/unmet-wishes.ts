/**
 * Wishes that nothing here can meet now, and bans of what is not there. They are no faults, since what is missing may
 * come; but whoever writes one is told, for a slip of the keyboard waits in silence otherwise. Asked by
 * `job-manifest.ts`. Pure.
 */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { AttributeReader } from './attribute-reader.ts';
import { findJdlAttribute } from './job-attributes.ts';
import type { ManifestContext } from './manifest-context.ts';
import { listed, shortened } from './quoting.ts';

/** `what`: as in `EGI.Typo.org is no site of biomed`; `known`: undefined = not checked. */
interface Unknown {
  readonly attribute: string;
  readonly what: string;
  readonly so: 'the job waits for it' | 'that bans nothing';
  readonly known: readonly string[] | undefined;
}

function warnOfUnknown(read: AttributeReader, names: readonly string[], unknown: Unknown): void {
  const { attribute, known, so, what } = unknown;
  for (const name of names)
    if (known?.includes(name) === false)
      read.warn(
        attribute,
        `${shortened(name)} is no ${what}, so ${so}; known are ${listed(known) || 'none'}`,
      );
}

/** What nodes call themselves, `Linux_x86_64_glibc-2.36`; `node-facts.ts` of the pilot writes it. */
const ofNodes = /^[A-Za-z]+_\w+_(?:glibc-\d+\.\d+|musl)$/;

/** Names of the table of platforms are a fault elsewhere. */
function warnOfPlatforms(read: AttributeReader, names: readonly string[], known: readonly string[]): void {
  for (const name of names)
    if (!ofNodes.test(name) && !known.includes(name))
      read.warn(
        'Platform',
        `no node calls itself ${shortened(name)}, so the job waits for one; write a name such as Linux_x86_64_glibc-2.28`,
      );
}

export function warnOfUnmetWishes(
  read: AttributeReader,
  wanted: TaskQueueRequirements,
  { here, platforms = {}, sites, vo }: ManifestContext,
): void {
  const { architectures = [], bannedComputingElements = [], bannedSites, computingElements } = wanted;
  const element = { what: `computing element of ${vo}`, known: here?.computingElements };
  const waits = 'the job waits for it';
  const bans = 'that bans nothing';
  warnOfUnknown(read, bannedSites, {
    attribute: 'BannedSites',
    what: `site of ${vo}`,
    so: bans,
    known: sites,
  });
  warnOfUnknown(read, computingElements, { attribute: 'GridCE', so: waits, ...element });
  warnOfUnknown(read, bannedComputingElements, { attribute: 'BannedGridCEs', so: bans, ...element });
  const known = findJdlAttribute('Architecture')?.jdl.choices;
  warnOfUnknown(read, architectures, { attribute: 'Architecture', what: 'architecture', so: waits, known });
  if (here && Object.keys(platforms).length === 0) warnOfPlatforms(read, wanted.platforms, here.platforms);
  if (wanted.pilotType === 'private')
    read.warn('PilotType', 'there are no private pilots here, so the job waits; leave PilotType out');
}
