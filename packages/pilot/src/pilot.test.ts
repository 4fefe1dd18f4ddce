import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { bubblewrap, isolationLevels, type IsolationLevel } from './job-wrapper/isolation.ts';
import { addScript, commandLines, endProcessesWith, jdl, outputOf, script } from './testing/jobs.ts';
import { archiveOf, makePilotWorld } from './testing/pilot-world.ts';

describe('a pilot', { concurrency: 6 }, async () => {
  test('Helloworld runs to Done and brings its output home', async () => {
    await using world = await makePilotWorld();
    world.server.addJob({
      jdl: jdl({
        Executable: '/bin/echo',
        Arguments: 'Hello   "big World"',
        StdOutput: 'StdOut',
        OutputSandbox: ['StdOut', 'StdErr', '*.root'],
        StdError: 'StdErr',
      }),
    });
    assert.equal(await world.run(), true);
    assert.deepEqual(world.server.faults, []);
    assert.deepEqual(
      world.server.reports.flatMap((report) =>
        report.status ? [`${report.status}/${report.minorStatus}`] : [],
      ),
      [
        'Matched/Job Received by Agent',
        'Running/Job Initialization',
        'Running/Application',
        'Completing/Application Finished Successfully',
        'Completing/Uploading Output Sandbox',
        'Completing/Output Sandbox Uploaded',
        'Done/Execution Complete',
      ],
    );
    assert.deepEqual(
      await outputOf(world),
      new Map([
        ['StdOut', 'Hello big World\n'],
        ['StdErr', ''],
      ]),
    );
    const parameters = world.server.parametersOf(1);
    assert.equal(parameters['ExitCode'], '0');
    assert.equal(parameters['OutputSandboxMissingFiles'], '*.root');
    assert.ok(isolationLevels.some((level) => level.name === parameters['Isolation']));
    assert.deepEqual(world.server.finished, { status: 'Done', reason: 'No job waits.' });
    assert.match(world.server.log, /job 1: matched/);
    assert.deepEqual(await readdir(world.configuration().workDirectory), []);
  });

  test('reports of one attempt carry growing times', async () => {
    await using world = await makePilotWorld();
    world.server.addJob({ jdl: jdl({ Executable: '/bin/true' }) });
    await world.run();
    const times = world.server.reports.map((report) => report.atMs);
    assert.deepEqual(
      times,
      [...new Set(times)].toSorted((a, b) => a - b),
    );
  });

  test('a job whose answer got lost on the way is asked for again and runs once', async () => {
    await using world = await makePilotWorld();
    world.server.lostMatches = 1;
    world.server.addJob({ jdl: jdl({ Executable: '/bin/true' }) });
    await world.run();
    assert.equal(world.server.statusOf(1), 'Done');
    assert.equal(world.server.reports.filter(({ status }) => status === 'Done').length, 1);
    const [first, second, third] = world.server.questions;
    assert.equal(first, second);
    assert.notEqual(second, third);
    assert.deepEqual(world.server.faults, []);
  });

  test('the exit code of the payload is kept', async () => {
    await using world = await makePilotWorld();
    await addScript(world, 'echo oops >&2; exit 7');
    await world.run();
    assert.equal(world.server.parametersOf(1)['ExitCode'], '7');
    const last = world.server.reports.at(-1);
    assert.deepEqual(
      [last?.status, last?.minorStatus, last?.applicationStatus],
      ['Failed', 'Application Finished With Errors', 'Exited with status 7'],
    );
    assert.equal((await outputOf(world)).get('std.err'), 'oops\n');
  });

  test('a job that asks for a warning gets its signal before the slot ends, and time to save its work', async () => {
    await using world = await makePilotWorld();
    const text = `trap 'echo saved; exit 0' USR1; echo ready; while :; do sleep 0.05; done`;
    const description = jdl({
      Executable: 'run.sh',
      OutputSandbox: ['std.out'],
      StopSigNumber: '10',
      StopSigRegex: 'run.sh',
    });
    world.server.addJob({
      jdl: description.replace(/\]$/, 'JobRequirements = [ WallTime = 10; ]; ]'),
      inputSandboxes: [world.server.addInput(await archiveOf(script(text)))],
    });
    await world.run();
    assert.equal(world.server.reports.at(-1)?.minorStatus, 'Execution Complete', world.server.log);
    assert.equal((await outputOf(world)).get('std.out'), 'ready\nsaved\n');
  });

  test('exit code 222 gives the job to another pilot', async () => {
    await using world = await makePilotWorld();
    await addScript(world, 'exit 222');
    await world.run();
    assert.equal(world.server.reports.at(-1)?.reschedule, true);
  });

  test('a program that is nowhere fails as Application not found', async () => {
    await using world = await makePilotWorld();
    world.server.addJob({ jdl: jdl({ Executable: 'no-such-program' }) });
    await world.run();
    assert.equal(world.server.reports.at(-1)?.minorStatus, 'Application not found');
  });

  test('a script without a first line runs under sh, and a program is found on the search path', async () => {
    await using world = await makePilotWorld();
    const inputSandboxes = [world.server.addInput(await archiveOf({ bare: 'echo "$1" in "$DIRACSITE"' }))];
    world.server.addJob({
      jdl: jdl({ Executable: 'bare', Arguments: 'one', OutputSandbox: ['std.out'] }),
      inputSandboxes,
    });
    world.server.addJob({ jdl: jdl({ Executable: 'hostname' }) });
    await world.run();
    assert.equal((await outputOf(world)).get('std.out'), 'one in EGI.Test.org\n');
    assert.equal(world.server.statusOf(2), 'Done');
  });

  test('names in Cyrillic and with quotes go in and come home', async () => {
    await using world = await makePilotWorld();
    const name = `вход "the 'file'.txt`;
    const inputSandboxes = [
      world.server.addInput(await archiveOf({ ...script(`cp вход* 'выход.txt'`), [name]: 'данные' })),
    ];
    world.server.addJob({ jdl: jdl({ Executable: 'run.sh', OutputSandbox: ['вы*'] }), inputSandboxes });
    await world.run();
    assert.deepEqual(await outputOf(world), new Map([['выход.txt', 'данные']]));
  });

  for (const [title, entry] of [
    ['climbs out of its folder', { name: '../escaped', size: 0 }],
    ['is an absolute path', { name: '/tmp/escaped', size: 0 }],
    ['is a link', { name: 'link', size: 0, type: 'symlink', linkname: '/etc/passwd' }],
  ] as const)
    test(`an input archive with an entry that ${title} is refused`, async () => {
      await using world = await makePilotWorld();
      const archive = await archiveOf(script('true'), [
        { header: { mode: 0o644, mtime: new Date(0), ...entry } },
      ]);
      world.server.addJob({
        jdl: jdl({ Executable: 'run.sh' }),
        inputSandboxes: [world.server.addInput(archive)],
      });
      await world.run();
      const last = world.server.reports.at(-1);
      assert.deepEqual([last?.status, last?.minorStatus], ['Failed', 'Failed Downloading InputSandbox']);
      assert.deepEqual((await readdir(world.folder)).toSorted(), ['pilot']);
    });

  test('a damaged input archive gives the job to another pilot', async () => {
    await using world = await makePilotWorld();
    const { pfn } = world.server.addInput(await archiveOf({ a: 'a' }));
    const { url } = world.server.addInput(await archiveOf({ b: 'b' }));
    world.server.addJob({ jdl: jdl({ Executable: '/bin/true' }), inputSandboxes: [{ pfn, url }] });
    await world.run();
    assert.equal(world.server.reports.at(-1)?.reschedule, true);
  });

  for (const level of isolationLevels)
    describe(`with isolation by ${level.name}`, { concurrency: true }, async () => {
      const works = await level.works();
      const only: readonly IsolationLevel[] = [level];

      test(
        'a kill ends payload, children and runaway grandchildren, also those that ignore TERM',
        { skip: !works },
        async () => {
          await using world = await makePilotWorld();
          world.server.stopWhenEmpty = false;
          world.server.idleStopS = 0.1;
          const mark = `9${Date.now()}`;
          await addScript(
            world,
            `setsid sh -c 'setsid sleep ${mark} & echo up; sleep ${mark}' & trap '' TERM; while :; do sleep ${mark}; done`,
          );
          const ran = world.run({}, only);
          await world.server.until(() => world.server.heartbeats.some((beat) => beat.stdoutTail === 'up\n'));
          assert.ok(commandLines().some((line) => line.includes(mark)));
          world.server.commands.push({
            commandId: 5,
            jobId: 1,
            attempt: 1,
            command: 'Kill',
            arguments: null,
          });
          await world.server.until(() => world.server.statusOf(1) === 'Killed');
          assert.ok(!commandLines().some((line) => line.includes(mark)));
          assert.equal(world.server.reports.at(-1)?.minorStatus, 'Received Kill signal');
          await ran;
          assert.deepEqual(world.server.commands, []);
        },
      );

      test('a payload has its own environment, session and folders', { skip: !works }, async () => {
        await using world = await makePilotWorld();
        await addScript(
          world,
          'env; echo pwd=$(pwd); echo core=$(ulimit -c); ls -A; touch "$TMPDIR/x" /tmp/"wm-$JOBID" && echo writable; rm -f /tmp/"wm-$JOBID"',
          { ExecutionEnvironment: 'COLOUR=deep%20blue;HOME=/evil;LD_PRELOAD=/evil.so' },
          { processors: 2 },
        );
        await world.run({}, only);
        const text = (await outputOf(world)).get('std.out') ?? '';
        for (const line of [
          'DIRACJOBID=1',
          'DIRAC_PROCESSORS=2',
          'COLOUR=deep blue',
          'std.out',
          'run.sh',
          'core=0',
          'writable',
        ])
          assert.ok(text.split('\n').includes(line), `${line} is missing in\n${text}`);
        assert.match(text, /HOME=(.*)\n[^]*pwd=\1\n/);
        assert.ok(!text.includes('WM_PILOT'));
        assert.equal(world.server.parametersOf(1)['Isolation'], level.name);
      });
    });

  describe('bubblewrap', async () => {
    const skip = !(await bubblewrap.works());
    test(
      'shows the payload neither the rest of the host as writable nor hidden folders',
      { skip },
      async () => {
        await using world = await makePilotWorld();
        await addScript(
          world,
          `ls ${world.folder}; ls /tmp; touch /usr/x /etc/x; test -d ${world.folder}/secret && echo SEEN; ps ax 2>/dev/null || ls /proc`,
        );
        await world.run({ hiddenDirectories: [world.folder] });
        const output = await outputOf(world);
        assert.match(output.get('std.err') ?? '', /Read-only file system/);
        assert.doesNotMatch(output.get('std.out') ?? '', /SEEN|pilot\.test/);
      },
    );
  });

  describe('limits', () => {
    test('a job with too many processes is ended, and none of them is left', async () => {
      await using world = await makePilotWorld();
      const mark = `8${Date.now()}`;
      await addScript(world, `for i in $(seq 1100); do sleep ${mark} & done; wait`);
      await world.run();
      const last = world.server.reports.at(-1);
      assert.deepEqual(
        [last?.status, last?.minorStatus],
        ['Failed', 'Job has exceeded maximum number of processes'],
      );
      assert.ok(!commandLines().some((line) => line.includes(mark)));
    });
    test('too long a job is ended with its output saved', async () => {
      await using world = await makePilotWorld();
      await addScript(world, 'echo before; sleep 60', {});
      await world.run({ maxWallTimeS: 6 });
      const last = world.server.reports.at(-1);
      assert.deepEqual(
        [last?.status, last?.minorStatus],
        ['Failed', 'Job has reached the CPU limit of the queue'],
      );
      assert.equal((await outputOf(world)).get('std.out'), 'before\n');
    });
  });

  test('a stale attempt ends its payload and falls silent', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    world.server.idleStopS = 0.1;
    const mark = `8${Date.now()}`;
    await addScript(world, `echo up; sleep ${mark}`);
    const ran = world.run();
    await world.server.until(() => world.server.heartbeats.some((beat) => beat.stdoutTail === 'up\n'));
    world.server.staleAttempts.add('1/1');
    await ran;
    assert.ok(!commandLines().some((line) => line.includes(mark)));
    assert.equal(world.server.statusOf(1), 'Running');
  });

  test('a server that is away for a moment loses nothing and starts nothing twice', async () => {
    await using world = await makePilotWorld();
    await addScript(world, 'echo once; sleep 0.3; echo done');
    const ran = world.run();
    await world.server.until(() => world.server.statusOf(1) === 'Running');
    world.server.away = true;
    setTimeout(() => {
      world.server.away = false;
      world.server.lostAnswers = 2;
    }, 700);
    await ran;
    assert.equal(world.server.statusOf(1), 'Done');
    assert.equal((await outputOf(world)).get('std.out'), 'once\ndone\n');
    const words = world.server.reports.map((report) => report.minorStatus);
    assert.equal(words.lastIndexOf('Job Received by Agent') < words.indexOf('Execution Complete'), true);
  });

  test('an idle pilot whose server is gone for good ends by itself', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    world.server.idleStopS = 1;
    const ran = world.run();
    await world.server.until(() => world.server.calls.includes('POST /pilot/v1/register'));
    world.server.away = true;
    assert.equal(await ran, false);
  });

  test('an evicted pilot ends its payload and gives the job back', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    await addScript(world, 'echo up; sleep 100');
    const ran = world.run();
    await world.server.until(() => world.server.heartbeats.some((beat) => beat.stdoutTail === 'up\n'));
    world.evict();
    assert.equal(await ran, true);
    assert.equal(world.server.reports.at(-1)?.reschedule, true);
    assert.equal(world.server.finished?.reason, 'The batch system took the slot back.');
  });

  test('what an evicted payload had written comes home, with its last words', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    await addScript(world, "trap 'echo half done > result; exit 1' TERM; echo up; sleep 100 & wait", {
      OutputSandbox: ['std.out', 'result'],
    });
    const ran = world.run();
    await world.server.until(() => world.server.heartbeats.some((beat) => beat.stdoutTail === 'up\n'));
    world.evict();
    await ran;
    const last = world.server.reports.at(-1);
    assert.equal(last?.reschedule, true);
    assert.ok(last?.outputSandbox);
    assert.equal((await outputOf(world)).get('result'), 'half done\n');
  });

  test('an evicted pilot that cannot bring output home gives its job back all the same', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    world.server.maxOutputSandboxBytes = 10;
    await addScript(world, 'echo up; sleep 100');
    const ran = world.run();
    await world.server.until(() => world.server.heartbeats.some((beat) => beat.stdoutTail === 'up\n'));
    world.evict();
    await ran;
    assert.equal(world.server.reports.at(-1)?.reschedule, true);
    assert.equal(world.server.reports.at(-1)?.outputSandbox, undefined);
  });

  test('a payload that the batch system ended before the pilot heard of it is given back too', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    const mark = `6${Date.now()}`;
    await addScript(world, `echo up; sleep ${mark}`);
    const ran = world.run();
    await world.server.until(() => world.server.heartbeats.some((beat) => beat.stdoutTail === 'up\n'));
    endProcessesWith(mark);
    await world.server.until(() => commandLines().every((line) => !line.includes(mark)));
    world.evict();
    await ran;
    assert.equal(world.server.reports.at(-1)?.reschedule, true);
    assert.equal(world.server.reports.at(-1)?.minorStatus, 'Going to reschedule job');
  });

  test('the checks of its VO are passed before it asks for a job, and see nothing of the pilot', async () => {
    await using world = await makePilotWorld();
    const command = 'echo looking; env | grep -c WM_PILOT; ls -A "$HOME" | wc -l; echo "at $DIRACSITE"';
    world.server.checks = [{ name: 'software', command, timeoutS: 10 }];
    world.server.addJob({ jdl: jdl({ Executable: '/bin/true' }) });
    assert.equal(await world.run(), true);
    assert.match(world.server.log, /passed software: at EGI\.Test\.org/);
    assert.equal(world.server.statusOf(1), 'Done');
    assert.deepEqual(await readdir(world.configuration().workDirectory), []);
  });

  for (const [what, command, message] of [
    ['fails', 'echo no licence server; exit 3', 'no licence server'],
    ['fails without a word', 'exit 3', 'exit code 3'],
    ['takes too long', 'sleep 61$$', 'it took longer than 0.5 s'],
  ] as const)
    test(`a check of the VO that ${what} ends the pilot before any job`, async () => {
      await using world = await makePilotWorld();
      world.server.checks = [{ name: 'software', command, timeoutS: 0.5 }];
      world.server.addJob({ jdl: jdl({ Executable: '/bin/true' }) });
      assert.equal(await world.run(), false);
      assert.deepEqual(world.server.finished, { status: 'Failed', reason: `software: ${message}` });
      assert.equal(world.server.questions.length, 0);
    });

  test('of megabytes of output the last whole lines can be peeked at', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    world.server.idleStopS = 0.1;
    await addScript(world, `awk 'BEGIN { for (i = 0; i < 200000; i++) print i, "строка" }'; sleep 1.5`);
    await world.run();
    const tail = world.server.heartbeats.findLast((beat) => beat.stdoutTail !== undefined)?.stdoutTail ?? '';
    assert.ok(tail.endsWith('199999 строка\n'));
    assert.match(tail, /^\d+ строка\n/);
    assert.equal(tail.trimEnd().split('\n').length, 200);
  });

  test('an output sandbox above the limit fails the job in clear words and saves the logs', async () => {
    await using world = await makePilotWorld();
    world.server.maxOutputSandboxBytes = 4096;
    await addScript(world, 'echo small; head -c 100000 /dev/urandom > big', {
      OutputSandbox: ['std.out', 'big'],
    });
    await world.run();
    const last = world.server.reports.at(-1);
    assert.equal(last?.status, 'Failed');
    assert.match(last?.applicationStatus ?? '', /output sandbox .* allowed/);
    assert.deepEqual([...(await outputOf(world)).keys()], ['std.out']);
  });

  test('two jobs share a slot of two processors', async () => {
    await using world = await makePilotWorld();
    world.server.stopWhenEmpty = false;
    world.server.idleStopS = 0.1;
    await addScript(world, 'sleep 100');
    await addScript(world, 'sleep 100');
    const ran = world.run({ processors: 2 });
    await world.server.until(
      () => world.server.statusOf(1) === 'Running' && world.server.statusOf(2) === 'Running',
    );
    world.evict();
    await ran;
  });

  test('the batch system has the last word on how long the slot is', async () => {
    await using world = await makePilotWorld({ slotEndsAtMs: Date.now() + 100_000 });
    world.server.idleStopS = 0.1;
    await world.run({ maxWallTimeS: 3600 });
    const offered = Number(/offers .*"cpuTimeLeftS":(\d+)/.exec(world.server.log)?.[1]);
    assert.ok(offered <= 100 && offered > 60, world.server.log);
  });

  test('each payload sees its own GPUs alone, and one without sees none', async () => {
    await using world = await makePilotWorld({ gpus: ['3', '7'] });
    world.server.stopWhenEmpty = false;
    world.server.idleStopS = 0.1;
    const look = 'echo "$CUDA_VISIBLE_DEVICES"; echo "$ROCR_VISIBLE_DEVICES"; sleep 100';
    const inputSandboxes = [world.server.addInput(await archiveOf(script(look)))];
    for (const gpus of [1, 1, 0]) {
      const jdl = `[Executable = "run.sh"; JobRequirements = [NumberOfGPUs = ${gpus};];]`;
      world.server.addJob({ jdl, inputSandboxes });
    }
    const ran = world.run({ processors: 3 });
    const seen = (jobId: number): string | undefined =>
      world.server.heartbeats.findLast((beat) => beat.jobId === jobId && beat.stdoutTail !== undefined)
        ?.stdoutTail;
    await world.server.until(() => [1, 2, 3].every((jobId) => seen(jobId) !== undefined));
    assert.deepEqual([1, 2, 3].map(seen), ['3\n3\n', '7\n7\n', '-1\n-1\n']);
    world.evict();
    await ran;
  });
});
