/**
 * A Slurm cluster on loopback: munged, slurmctld and a few slurmd, which are the nodes; slurmdbd on a private MariaDB
 * too, and slurmrestd, when they are asked for. Slurm 22.05 or newer. Needs root, because slurmd does.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePorts, listens, OwnDaemons } from './own-daemons.ts';
import { startMariadb } from './own-database.ts';

const isThere = (programs: readonly string[]): boolean =>
  userInfo().uid === 0 &&
  programs.every((program) => ['/usr/sbin', '/usr/bin'].some((folder) => existsSync(join(folder, program))));

/** Why it cannot be started here; false when it can. */
export const slurmIsMissing = (): string | false =>
  isThere(['slurmctld', 'slurmd', 'munged', 'sbatch'])
    ? false
    : 'needs Slurm (slurmctld, slurmd, munge) and root';

export const accountingIsMissing = (): string | false =>
  slurmIsMissing() ||
  (isThere(['slurmdbd', 'mariadbd']) ? false : 'needs slurmdbd and mariadbd beside Slurm');

export const restIsMissing = (): string | false =>
  slurmIsMissing() ||
  (isThere(['slurmrestd', 'setpriv']) && hasJwt()
    ? false
    : 'needs slurmrestd and the JWT plug-in (slurm-wlm-jwt-plugin) beside Slurm');

const hasJwt = (): boolean => globSync('/usr/lib/{,*/}slurm{,-wlm}/auth_jwt.so').length > 0;

export interface SlurmCluster {
  readonly folder: string;
  /** For `SLURM_CONF`. */
  readonly configurationFile: string;
  /** Of slurmrestd; empty without it. */
  readonly restUrl: string;
  /** Signs tokens of every account. */
  readonly keyFile: string;
  /** Such as `n1`. */
  readonly nodes: readonly string[];
  /** What a command of Slurm prints. */
  run(program: string, ...args: string[]): string;
  /** Of slurmctld. */
  pause(): void;
  goOn(): void;
  stopController(): Promise<void>;
  startController(): Promise<void>;
  /** As after MinJobAge: the controller starts with nothing kept. */
  forgetJobs(): Promise<void>;
  stopRest(): Promise<void>;
  startRest(): Promise<void>;
  stopNode(node: string): Promise<void>;
  startNode(node: string): Promise<void>;
  close(): Promise<void>;
}

interface Ports {
  readonly controller: number;
  readonly accounting: number;
  readonly database: number;
  readonly rest: number;
  readonly nodes: readonly number[];
}

const nodes = ['n1', 'n2', 'n3'];

export interface SlurmOptions {
  readonly hasAccounting?: boolean;
  readonly hasRest?: boolean;
}

export async function startSlurm(options: SlurmOptions = {}): Promise<SlurmCluster> {
  const daemons = await OwnDaemons.open('slurm');
  const { folder } = daemons;
  const [controller = 0, accounting = 0, database = 0, rest = 0, ...nodePorts] = await freePorts(
    4 + nodes.length,
  );
  const ports = { controller, accounting, database, rest, nodes: nodePorts };
  const configurationFile = join(folder, 'slurm.conf');
  await writeConfiguration(folder, ports, options);
  await startMunge(daemons);
  if (options.hasAccounting === true) await startAccounting(daemons, ports);

  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin:/bin', SLURM_CONF: configurationFile },
    });
  const isUp = (node: string): boolean =>
    /^(idle|mixed|allocated)$/m.test(run('sinfo', '-h', '-n', node, '-o', '%T'));
  const startController = async (): Promise<void> => {
    daemons.start('slurmctld', 'slurmctld', ['-D', '-f', configurationFile]);
    await daemons.until('slurmctld', () => listens(ports.controller));
  };
  const startNode = async (node: string): Promise<void> => {
    daemons.start(node, 'slurmd', ['-D', '-f', configurationFile, '-N', node]);
    await daemons.until(node, () => isUp(node));
  };
  // It refuses to be root.
  const startRest = async (): Promise<void> => {
    daemons.start(
      'slurmrestd',
      'setpriv',
      [
        ...['--reuid=nobody', '--regid=nogroup', '--clear-groups', 'slurmrestd', '-f', configurationFile],
        ...['-a', 'rest_auth/jwt', '-s', 'openapi/v0.0.38', `127.0.0.1:${ports.rest}`],
      ],
      { SLURM_JWT: 'daemon' },
    );
    await daemons.until('slurmrestd', () => listens(ports.rest));
  };
  await startController();
  await Promise.all([...nodes.map(startNode), ...(options.hasRest === true ? [startRest()] : [])]);
  return {
    folder,
    configurationFile,
    restUrl: options.hasRest === true ? `http://127.0.0.1:${ports.rest}` : '',
    keyFile: join(folder, 'jwt.key'),
    nodes,
    run,
    pause: () => daemons.signal('slurmctld', 'SIGSTOP'),
    goOn: () => daemons.signal('slurmctld', 'SIGCONT'),
    stopController: () => daemons.stop('slurmctld'),
    startController,
    forgetJobs: async () => {
      await daemons.stop('slurmctld');
      await rm(join(folder, 'state'), { recursive: true });
      await mkdir(join(folder, 'state'));
      await startController();
      for (const node of nodes) await daemons.until(node, () => isUp(node));
    },
    stopRest: () => daemons.stop('slurmrestd'),
    startRest,
    stopNode: (node) => daemons.stop(node),
    startNode,
    close: () => daemons.close(),
  };
}

async function startMunge(daemons: OwnDaemons): Promise<void> {
  const at = (name: string): string => join(daemons.folder, name);
  await writeFile(at('munge.key'), randomBytes(1024), { mode: 0o400 });
  daemons.start('munged', 'munged', [
    ...['--foreground', '--force', `--key-file=${at('munge.key')}`, `--socket=${at('munge')}`],
    ...[`--pid-file=${at('munge.pid')}`, `--log-file=${at('munge.log')}`, `--seed-file=${at('munge.seed')}`],
  ]);
  await daemons.until('munged', () => existsSync(at('munge')));
}

async function startAccounting(daemons: OwnDaemons, ports: Ports): Promise<void> {
  const at = (name: string): string => join(daemons.folder, name);
  const database = await startMariadb(daemons, ports.database);
  const password = randomBytes(12).toString('hex');
  database.run(`create database slurm; create user slurm@'127.0.0.1' identified by '${password}';
    grant all on slurm.* to slurm@'127.0.0.1';`);
  await writeFile(at('slurmdbd.conf'), accountingConfiguration(daemons.folder, ports, password), {
    mode: 0o600,
  });
  daemons.start('slurmdbd', 'slurmdbd', ['-D'], { SLURM_CONF: at('slurmdbd.conf') });
  await daemons.until('slurmdbd', () => listens(ports.accounting));
}

async function writeConfiguration(folder: string, ports: Ports, options: SlurmOptions): Promise<void> {
  for (const name of ['state', 'spool', ...nodes.map((node) => `spool/${node}`)])
    await mkdir(join(folder, name));
  if (options.hasRest === true) await writeFile(join(folder, 'jwt.key'), randomBytes(32), { mode: 0o600 });
  const lines = [
    ...clusterConfiguration(folder, ports),
    ...(options.hasAccounting === true ? accountingLines(folder, ports) : []),
    ...(options.hasRest === true ? restLines(folder) : []),
  ];
  await writeFile(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`);
}

/**
 * Several slurmd on one machine work when each node has a host name of its own and the address 127.0.0.1. Nothing needs
 * cgroups or listens elsewhere. Jobs start and end at once.
 */
const clusterConfiguration = (folder: string, ports: Ports): readonly string[] => [
  'ClusterName=testbed',
  `SlurmctldHost=${hostname().split('.')[0]}(127.0.0.1)`,
  `SlurmctldPort=${ports.controller}`,
  'SlurmUser=root',
  'SlurmdUser=root',
  `SlurmctldPidFile=${folder}/slurmctld.pid`,
  `SlurmdPidFile=${folder}/%n.pid`,
  `StateSaveLocation=${folder}/state`,
  `SlurmdSpoolDir=${folder}/spool/%n`,
  'AuthType=auth/munge',
  `AuthInfo=socket=${folder}/munge`,
  'CredType=cred/munge',
  'CommunicationParameters=NoCtldInAddrAny,NoInAddrAny',
  'ProctrackType=proctrack/linuxproc',
  'TaskPlugin=task/none',
  'JobAcctGatherType=jobacct_gather/none',
  'SelectType=select/cons_tres',
  'SelectTypeParameters=CR_CPU_Memory',
  'SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,sched_interval=1',
  'SlurmdParameters=config_overrides',
  'MpiDefault=none',
  'SwitchType=switch/none',
  'ReturnToService=2',
  'MailProg=/bin/true',
  'PropagateResourceLimits=NONE',
  'MinJobAge=300',
  // How long commands wait for a daemon.
  'MessageTimeout=4',
  'KillWait=2',
  'SlurmdTimeout=5',
  'InactiveLimit=0',
  ...nodes.map(
    (node, index) =>
      `NodeName=${node} NodeHostname=${node} NodeAddr=127.0.0.1 Port=${ports.nodes[index]} CPUs=2 RealMemory=4096 State=UNKNOWN`,
  ),
  `PartitionName=short Nodes=${nodes.join(',')} Default=YES MaxTime=01:00:00 State=UP`,
  `PartitionName=closed Nodes=${nodes.join(',')} MaxTime=01:00:00 State=INACTIVE`,
];

const accountingLines = (folder: string, ports: Ports): readonly string[] => [
  'AccountingStorageType=accounting_storage/slurmdbd',
  'AccountingStorageHost=127.0.0.1',
  `AccountingStoragePort=${ports.accounting}`,
  `AccountingStoragePass=${folder}/munge`,
];

const restLines = (folder: string): readonly string[] => [
  'AuthAltTypes=auth/jwt',
  `AuthAltParameters=jwt_key=${folder}/jwt.key`,
];

const accountingConfiguration = (folder: string, ports: Ports, password: string): string =>
  [
    `DbdHost=${hostname().split('.')[0]}`,
    'DbdAddr=127.0.0.1',
    `DbdPort=${ports.accounting}`,
    'CommunicationParameters=NoInAddrAny',
    'SlurmUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${folder}/munge`,
    `PidFile=${folder}/slurmdbd.pid`,
    'StorageType=accounting_storage/mysql',
    'StorageHost=127.0.0.1',
    `StoragePort=${ports.database}`,
    'StorageUser=slurm',
    `StoragePass=${password}`,
    'StorageLoc=slurm',
    '',
  ].join('\n');
