/** Names of images in registries, in full, as container tools of every configuration understand them. */

/** The first part is a host when it looks like one (as Docker decides it). */
const isHost = (part: string): boolean => part.includes('.') || part.includes(':') || part === 'localhost';

/** `python` → `docker.io/library/python`; `docker://quay.io/a/b:1` → `quay.io/a/b:1`. */
export function registryReference(image: string): string {
  const name = image.replace(/^docker:\/\//, '');
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && isHost(first)) return name;
  return rest.length === 0 ? `docker.io/library/${name}` : `docker.io/${name}`;
}
