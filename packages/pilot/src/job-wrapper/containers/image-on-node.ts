/**
 * An image that is a folder or a file of the node. The name comes from a user, and its content is shown to his payload:
 * it must be no way around what is hidden from payloads.
 */
import { realpath, stat } from 'node:fs/promises';
import { hiddenFolders } from '../isolation.ts';
import { JobStop } from '../job-stop.ts';
import type { ImageRequest } from './container-engine.ts';

const lies = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The real path. Throws `JobStop`: another node may have the image, but none may show what is hidden. */
export async function imageOnNode(
  { image, places }: Pick<ImageRequest, 'image' | 'places'>,
  kind: 'folder' | 'file',
): Promise<string> {
  const path = await realpath(image).catch(() => undefined);
  const facts = path === undefined ? undefined : await stat(path).catch(() => undefined);
  const isThere = kind === 'folder' ? facts?.isDirectory() : facts?.isFile();
  if (path === undefined || isThere !== true)
    throw new JobStop('reschedule', 'Container image not available', `${image} is no ${kind} of this node.`);
  const own = new Set(['/', '/proc', '/sys', '/dev', '/run', ...hiddenFolders(places)]);
  const isForbidden = [...own].some((folder) =>
    folder === '/' ? path === '/' : lies(path, folder) || lies(folder, path),
  );
  if (isForbidden)
    throw new JobStop(
      'failed',
      'Container image not available',
      `${image} holds or lies in folders that are hidden from payloads.`,
    );
  return path;
}
