/**
 * The jobs that must end as they should on every computing element, as a table: what users send first, what they send
 * later, and one job for each limit. Asked by the tests of each real service.
 */
export interface ExpectedJob {
  readonly name: string;
  readonly jdl: string;
  /** Status and minor status of each job it becomes. */
  readonly ends: readonly string[];
  /** What the first writes on standard output, where that matters. */
  readonly prints?: string;
}

const done = 'Done Execution Complete';

const shell = (text: string): string => `Executable = "/bin/sh"; Arguments = "-c '${text}'";`;

const inImage = (image: string): ExpectedJob => ({
  name: 'in a container image',
  jdl: `${shell('. /etc/os-release; echo $ID')} ContainerImage = "${image}";`,
  ends: [done],
  prints: 'wm-test\n',
});

const exceeds = (name: string, jdl: string, minorStatus: string): ExpectedJob => ({
  name,
  jdl,
  ends: [`Failed ${minorStatus}`],
});

/**
 * The installation must allow jobs of a second (`minCpuTimeS`, `minWallTimeS`). `image`: a folder with one; without it
 * that job is left out.
 */
export const everyJob = (image: string | undefined): readonly ExpectedJob[] => [
  { name: 'Helloworld', jdl: shell('echo Hello World'), ends: [done], prints: 'Hello World\n' },
  { name: 'a sweep of four', jdl: `${shell('echo %s')} Parameters = 4;`, ends: [done, done, done, done] },
  {
    name: 'on two processors',
    jdl: `${shell('echo $DIRAC_PROCESSORS')} NumberOfProcessors = 2;`,
    ends: [done],
    prints: '2\n',
  },
  ...(image === undefined ? [] : [inImage(image)]),
  exceeds('too long', `${shell('sleep 60')} WallTime = 2;`, 'Job has exceeded maximum wall clock time'),
  exceeds(
    'too much CPU time',
    `${shell('while :; do :; done')} CPUTime = 1;`,
    'Job has exceeded maximum CPU time limit',
  ),
  exceeds(
    'too much memory',
    `${shell('head -c 300000000 /dev/zero | tail -c 200000000 | sleep 60')} Memory = "100 MB";`,
    'Job has exceeded maximum memory limit',
  ),
  exceeds(
    'too much scratch space',
    `${shell('head -c 60000000 /dev/zero > big; sleep 60')} DiskSpace = "20 MB";`,
    'Job has insufficient disk space to continue',
  ),
  exceeds(
    'too many processes',
    shell('for i in $(seq 1100); do sleep 60 & done; wait'),
    'Job has exceeded maximum number of processes',
  ),
];
