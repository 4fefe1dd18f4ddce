/** A small image for tests: busybox alone, as a folder, and as an image that podman has. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const programs = ['sh', 'cat', 'echo', 'head', 'id', 'ls', 'sleep', 'tail', 'test', 'touch'];

/** Why the tests cannot run here; false when they can. */
export const busyboxIsMissing = busybox === undefined ? 'needs busybox-static' : false;

/** A folder with a system of its own; its name holds a colon, as those of unpacked images do. */
export function makeImageFolder(): { readonly path: string; readonly remove: () => void } {
  if (busybox === undefined) throw new Error('busybox is missing');
  const root = mkdtempSync(join(tmpdir(), 'wm-image-'));
  // Read by pilots of other accounts too.
  chmodSync(root, 0o755);
  const path = join(root, 'busybox:1');
  for (const name of ['bin', 'etc']) mkdirSync(join(path, name), { recursive: true });
  copyFileSync(busybox, join(path, 'bin', 'busybox'));
  for (const name of programs) symlinkSync('busybox', join(path, 'bin', name));
  symlinkSync('bin', join(path, 'sbin'));
  writeFileSync(join(path, 'etc', 'os-release'), 'ID=wm-test\n');
  writeFileSync(join(path, 'etc', 'passwd'), 'root:x:0:0::/root:/bin/sh\n');
  return { path, remove: () => rmSync(root, { recursive: true }) };
}

/** Puts the folder into podman's store under a name of its own; no registry is asked. */
export function importToPodman(folder: string): { readonly name: string; readonly remove: () => void } {
  const name = `localhost/wm-test/busybox:${process.pid}`;
  const archive = execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 67_108_864 });
  execFileSync('podman', ['import', '--quiet', '-', name], {
    input: archive,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return { name, remove: () => execFileSync('podman', ['rmi', '--force', name], { stdio: 'ignore' }) };
}
