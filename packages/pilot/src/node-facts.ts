/**
 * What this worker node is and has: read from Node, /proc, /sys and the work folder. Containers and batch
 * slots are honoured: the smaller of machine and cgroup counts.
 */
import { readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, hostname, totalmem, userInfo } from 'node:os';

const mib = 1_048_576;

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Memory limits of the cgroups this process is in, version 1 and 2, in bytes; none = empty. */
function cgroupMemoryLimits(): readonly number[] {
  const limits: number[] = [];
  for (const line of (readText('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers, path] = line.split(':');
    if (path === undefined || controllers === undefined) continue;
    const file =
      controllers === ''
        ? `/sys/fs/cgroup${path}/memory.max`
        : controllers.split(',').includes('memory')
          ? `/sys/fs/cgroup/memory${path}/memory.limit_in_bytes`
          : undefined;
    const limit = file === undefined ? Number.NaN : Number.parseInt(readText(file) ?? '', 10);
    if (limit > 0) limits.push(limit);
  }
  return limits;
}

/** CPU quota of a version 2 cgroup in processors, rounded down but at least 1; undefined without one. */
function cgroupProcessors(): number | undefined {
  const path = /^0::(.*)$/m.exec(readText('/proc/self/cgroup') ?? '')?.[1];
  const [quota, period] = (readText(`/sys/fs/cgroup${path ?? ''}/cpu.max`) ?? '').split(' ').map(Number);
  return quota && period ? Math.max(1, Math.floor(quota / period)) : undefined;
}

/** Whether software comes by CVMFS: mounted, or mounted when it is looked for. `mounts` as in /proc/self/mounts. */
export const hasCvmfs = (mounts = readText('/proc/self/mounts') ?? ''): boolean =>
  /^\S+ \/cvmfs(?:\/\S*)? /m.test(mounts);

export const memoryMiB = (): number => Math.floor(Math.min(totalmem(), ...cgroupMemoryLimits()) / mib);

export const freeMemoryMiB = (): number => Math.floor(freemem() / mib);

/** Processors this process may use: affinity mask and CPU quota. */
export const processors = (): number => Math.min(availableParallelism(), cgroupProcessors() ?? Infinity);

/** Free space for an unprivileged account, in MiB. */
export function freeDiskMiB(folder: string): number {
  const facts = statfsSync(folder);
  return Math.floor((facts.bavail * facts.bsize) / mib);
}

const architecture = (): string =>
  ({ x64: 'x86_64', arm64: 'aarch64' })[process.arch as string] ?? process.arch;

function glibcVersion(): string | undefined {
  // Otherwise the report looks up the names of connected hosts, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}

/**
 * Names a system answers to, the most exact first: almalinux-9.4, almalinux-9, almalinux, then those it says it is
 * like, with the major version: rhel-9, rhel.
 */
export function operatingSystems(osRelease: string): readonly string[] {
  const value = (key: string): string =>
    new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(osRelease)?.[1]?.toLowerCase() ?? '';
  const [major = ''] = value('VERSION_ID').split('.');
  const own = value('ID');
  const like = value('ID_LIKE').split(' ');
  const names = [`${own}-${value('VERSION_ID')}`, `${own}-${major}`, own];
  // Versions are those of the family only among its rebuilds, which call themselves like rhel.
  const family = like.flatMap((name) => (name === 'rhel' ? [`rhel-${major}`, name] : [name]));
  return [...new Set([...names, ...family])].filter((name) => /^[a-z]/.test(name) && !name.endsWith('-'));
}

/** What the matcher may be asked about the system of this node. */
export const nodeSystem = () => ({
  architecture: architecture(),
  glibc: glibcVersion(),
  operatingSystems: [...operatingSystems(readText('/etc/os-release') ?? '')],
});

/** DIRAC's platform string, such as `Linux_x86_64_glibc-2.36`. */
export function platform(): string {
  const glibc = glibcVersion();
  return `Linux_${architecture()}_${glibc === undefined ? 'musl' : `glibc-${glibc}`}`;
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // Batch accounts need not stand in the password file.
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** DIRAC's names for the parameters a pilot notes on each of its jobs. */
export function nodeParameters(): Readonly<Record<string, string>> {
  const [cpu] = cpus();
  return {
    HostName: hostname(),
    LocalAccount: accountName(),
    'Memory(MB)': String(memoryMiB()),
    ModelName: cpu?.model ?? 'unknown',
    // Some virtual machines do not tell.
    ...(cpu?.speed ? { 'CPU(MHz)': String(cpu.speed) } : {}),
  };
}
