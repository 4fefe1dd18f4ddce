/** The tools that run payloads in images, in the order in which they are preferred for a form. To add one: a file beside, a line here. */
import { containerFormOf, containerForms, type ContainerFormName } from '@wm/wms-core/vocabulary';
import type { IsolationLevel } from '../isolation.ts';
import { JobStop } from '../job-stop.ts';
import { apptainer } from './apptainer.ts';
import { bubblewrapContainer } from './bubblewrap-container.ts';
import type { ContainerEngine, ImageRequest } from './container-engine.ts';
import { podman } from './podman.ts';

export const containerEngines: readonly ContainerEngine[] = [bubblewrapContainer, apptainer, podman];

/** Those that work on this node. */
export async function findContainerEngines(
  engines: readonly ContainerEngine[],
): Promise<readonly ContainerEngine[]> {
  const works = await Promise.all(engines.map((engine) => engine.works().catch(() => false)));
  return engines.filter((_, index) => works[index]);
}

const engineFor = (
  engines: readonly ContainerEngine[],
  form: ContainerFormName | undefined,
): ContainerEngine | undefined => engines.find(({ forms }) => form !== undefined && forms.includes(form));

const ofContainers = new Set(containerForms.map(({ tag }) => tag));

/** The tags of the queue, those about images replaced by what was found. */
export function tagsWithContainers(
  tags: readonly string[],
  engines: readonly ContainerEngine[],
): readonly string[] {
  const found = containerForms.filter(({ name }) => engineFor(engines, name) !== undefined);
  return [...tags.filter((tag) => !ofContainers.has(tag)), ...found.map(({ tag }) => tag)];
}

/** Throws `JobStop`. */
export async function openImage(
  engines: readonly ContainerEngine[],
  request: ImageRequest,
): Promise<IsolationLevel> {
  const engine = engineFor(engines, containerFormOf(request.image)?.name);
  if (engine === undefined)
    throw new JobStop(
      'reschedule',
      'Container image not available',
      `This node has no tool that runs ${request.image}.`,
    );
  return await engine.open(request);
}
