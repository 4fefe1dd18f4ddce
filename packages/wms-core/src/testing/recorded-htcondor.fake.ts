/**
 * Stands in for the commands of HTCondor in tests, and is none: `node recorded-htcondor.fake.ts STATE condor_q …`. It answers as
 * the documentation of HTCondor 23 and of HTCondor-CE says, for the options that the `htcondor` type uses, and fails for
 * others; jobs are processes of this machine that get nothing of its environment. State lies in the folder STATE:
 *
 *   jobs/ID/ad.json       the ClassAd
 *   jobs/ID/spool/        input files, out, err; `rc` when the job has ended by itself
 *   jobs/ID/left          it is in the history, not in the queue
 *   mishap                `COMMAND MISHAP`, see `mishaps`
 *   asked                 a line a call: command and arguments
 */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';

type Value = string | number | undefined;
type ClassAd = Record<string, Value>;

interface Job {
  readonly id: string;
  readonly folder: string;
  readonly ad: ClassAd;
}

const [state = '', command = '', ...args] = process.argv.slice(2);
const jobsFolder = join(state, 'jobs');
const nowS = (): number => Math.floor(Date.now() / 1000);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

/** Before, or after, the command did its work. */
const mishaps: Readonly<Record<string, { readonly isAfter: boolean; readonly text: string }>> = {
  away: {
    isAfter: false,
    text: 'ERROR: Failed to connect to queue manager ce.example.org\nCEDAR:6001:Failed to connect to <127.0.0.1:9619>',
  },
  unauthorised: {
    isAfter: false,
    text: 'AUTHENTICATE:1003:Failed to authenticate with any method\nAUTHENTICATE:1004:Failed to authenticate using SCITOKENS',
  },
  lost: { isAfter: false, text: 'ERROR: Failed to commit job submission into the queue. timed out' },
  'lost-reply': { isAfter: true, text: 'ERROR: Failed to spool job files. timed out' },
};

const mishapNow = (): string | undefined => {
  const text = existsSync(join(state, 'mishap')) ? readFileSync(join(state, 'mishap'), 'utf8').trim() : '';
  const [who, what] = text.split(' ');
  return who === command || who === 'all' ? what : undefined;
};

const option = (name: string): string | undefined => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
};

/** The subset of the ClassAd language that the type writes. */
const evaluate = (expression: string, ad: ClassAd): unknown => {
  const known: Record<string, unknown> = {
    time: nowS,
    stringListMember: (item: Value, list: string) => list.split(',').includes(String(item)),
  };
  for (const name of expression.match(/\b[A-Z][A-Za-z]+\b/g) ?? []) known[name] = ad[name];
  return runInNewContext(expression.replaceAll('=!=', '!==').replaceAll('=?=', '==='), known);
};

const save = ({ folder, ad }: Job): void => {
  writeFileSync(join(folder, `ad.${process.pid}`), JSON.stringify(ad));
  renameSync(join(folder, `ad.${process.pid}`), join(folder, 'ad.json'));
};

/** What the schedd would have noticed by now. */
const settled = (job: Job): Job => {
  const rc = join(job.folder, 'spool', 'rc');
  if (job.ad['JobStatus'] !== 2 || !existsSync(rc)) return job;
  const exitCode = Number(readFileSync(rc, 'utf8'));
  Object.assign(job.ad, { ExitCode: exitCode, JobStatus: 4, EnteredCurrentStatus: nowS() });
  if (evaluate(String(job.ad['OnExitHold']), job.ad) === true)
    Object.assign(job.ad, {
      JobStatus: 5,
      HoldReasonCode: 3,
      HoldReasonSubCode: job.ad['OnExitHoldSubCode'],
      HoldReason: `The job attribute OnExitHold expression '${String(job.ad['OnExitHold'])}' evaluated to TRUE`,
    });
  save(job);
  return job;
};

const jobs = (isIn: 'queue' | 'history'): readonly Job[] =>
  (existsSync(jobsFolder) ? readdirSync(jobsFolder) : [])
    .map((id) => ({ id, folder: join(jobsFolder, id) }))
    .filter(
      ({ folder }) =>
        existsSync(join(folder, 'ad.json')) && existsSync(join(folder, 'left')) === (isIn === 'history'),
    )
    .map(({ id, folder }) =>
      settled({ id, folder, ad: JSON.parse(readFileSync(join(folder, 'ad.json'), 'utf8')) as ClassAd }),
    );

const chosen = (isIn: 'queue' | 'history'): readonly Job[] => {
  const constraint = option('-constraint') ?? fail(`${command}: no constraint`);
  return jobs(isIn).filter(({ ad }) => evaluate(constraint, ad) === true);
};

const print = (found: readonly Job[]): void => {
  const columns = args.slice(args.indexOf('-af:t') + 1);
  for (const { ad } of found)
    console.log(columns.map((column) => `\t${String(evaluate(column, ad))}`).join(''));
};

const unquoted = (text: string): string => text.replace(/^"(.*)"$/, '$1').replaceAll(/\\(.)/g, '$1');

interface Description {
  readonly values: ReadonlyMap<string, string>;
  readonly items: readonly string[];
}

const describe = (file: string): Description => {
  const values = new Map<string, string>();
  const lines = readFileSync(file, 'utf8').split('\n');
  const queue = lines.indexOf('queue stamp in (');
  for (const [index, line] of lines.slice(0, queue).entries()) {
    const [, name, value] = /^(\+?[\w.]+) *= *(.*)$/.exec(line) ?? [];
    if (name === undefined)
      return fail(
        `ERROR: on Line ${index + 1} of submit file: \nERROR: Failed to parse command file (line ${index + 1}).`,
      );
    values.set(name.replace(/^\+/, 'MY.').toLowerCase(), value ?? '');
  }
  return { values, items: lines.slice(queue + 1, lines.indexOf(')')) };
};

const submit = (): void => {
  if (args[0] !== '-terse' || option('-pool') === undefined || option('-remote') === undefined)
    fail(`unexpected options: ${args.join(' ')}`);
  const { values, items } = describe(args.at(-1) ?? '');
  const what = values.get('request_cpus');
  if (Number(what) > 64)
    fail(
      'ERROR: Failed to commit job submission into the queue.\nERROR: SUBMIT_REQUIREMENT: not more than 64 cores',
    );
  mkdirSync(jobsFolder, { recursive: true });
  const cluster = newCluster();
  for (const [index, stamp] of items.entries()) queueJob(`${cluster}.${index}`, stamp, values);
  if (mishapNow() !== 'lost-reply') console.log(`${cluster}.0 - ${cluster}.${items.length - 1}`);
};

/** Several may submit at once: who makes the folder has the number. */
const newCluster = (): number => {
  for (let cluster = 1; ; cluster += 1) {
    try {
      mkdirSync(join(jobsFolder, `${cluster}.0`));
      return cluster;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
};

const queueJob = (id: string, stamp: string, values: Description['values']): void => {
  const value = (name: string): string => (values.get(name) ?? '').replaceAll('$(stamp)', stamp);
  const folder = join(jobsFolder, id);
  const spool = join(folder, 'spool');
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  const initial = value('initialdir');
  for (const name of [value('executable'), ...value('transfer_input_files').split(',')])
    copyFileSync(resolve(initial, name), join(spool, basename(name)));
  chmodSync(join(spool, basename(value('executable'))), 0o700);
  const isKept = existsSync(join(state, 'keep-idle'));
  const [cluster, proc] = id.split('.').map(Number);
  const ad: ClassAd = {
    ClusterId: cluster,
    ProcId: proc,
    WmPilotStamp: unquoted(value('my.wmpilotstamp')),
    WmPilotElement: unquoted(value('my.wmpilotelement')),
    JobStatus: isKept ? 1 : 2,
    EnteredCurrentStatus: nowS(),
    OnExitHold: value('on_exit_hold'),
    OnExitHoldSubCode: Number(value('on_exit_hold_subcode')),
    SubmitIwd: initial,
    RequestCpus: Number(value('request_cpus')),
    RequestMemory: Number(value('request_memory')),
    MaxWallTime: Number(value('my.maxwalltime')),
    BatchQueue: values.get('batch_queue'),
  };
  if (!isKept)
    Object.assign(ad, { Pid: start(spool, basename(value('executable')), unquoted(value('environment'))) });
  save({ id, folder, ad });
};

const start = (spool: string, executable: string, environment: string): number => {
  const attendant = `trap : TERM; "./$0" > out 2> err < /dev/null & child=$!
    trap 'kill -TERM $child' TERM; wait $child; code=$?
    while kill -0 $child 2> /dev/null; do wait $child; code=$?; done
    echo $code > rc.new; mv rc.new rc`;
  const [name = '', text = ''] = environment.split('=');
  const child = spawn('/bin/sh', ['-c', attendant, executable], {
    cwd: spool,
    env: { PATH: process.env['PATH'], _CONDOR_SCRATCH_DIR: spool, [name]: text },
    stdio: 'ignore',
    detached: true,
  });
  child.unref();
  return child.pid ?? 0;
};

const remove = (): void => {
  const found = chosen('queue');
  if (found.length === 0)
    fail(`Couldn't find/remove all jobs matching constraint (${option('-constraint') ?? ''})`);
  for (const job of found) {
    try {
      if (job.ad['JobStatus'] === 2) process.kill(-Number(job.ad['Pid']), 'SIGTERM');
    } catch {
      // It ended meanwhile.
    }
    Object.assign(job.ad, {
      JobStatus: 3,
      EnteredCurrentStatus: nowS(),
      RemoveReason: 'via condor_rm (by user pilots)',
    });
    save(job);
    writeFileSync(join(job.folder, 'left'), '');
  }
  console.log('Jobs matching constraint have been marked for removal');
};

const transfer = (): void => {
  for (const { folder, ad } of chosen('queue'))
    for (const name of ['out', 'err'])
      copyFileSync(join(folder, 'spool', name), join(String(ad['SubmitIwd']), name));
};

const commands: Readonly<Record<string, () => void>> = {
  condor_submit: submit,
  condor_q: () => print(chosen('queue')),
  condor_history: () => print(chosen('history').slice(0, Number(option('-limit')))),
  condor_rm: remove,
  condor_transfer_data: transfer,
};

const { _CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS: method = '', BEARER_TOKEN: bearer } = process.env;
appendFileSync(
  join(state, 'asked'),
  `${[command, ...args, `method=${method}`, ...(bearer === undefined ? [] : [`bearer=${sha256(bearer)}`])].join(' ')}\n`,
);
const mishap = mishaps[mishapNow() ?? ''];
if (mishap !== undefined && !mishap.isAfter) fail(mishap.text);
(commands[command] ?? (() => fail(`${command}: command not found`)))();
if (mishap !== undefined) fail(mishap.text);
