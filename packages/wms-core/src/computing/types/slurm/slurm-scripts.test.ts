import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aPilotLaunch } from '../../computing-element.contract.ts';
import { slurmParameters } from './slurm-parameters.ts';
import { minutesOf, sbatchOptions, submitScript, workDirectoryOf } from './slurm-scripts.ts';

const places = { root: "/shared/it's here", pilotFile: '/shared/pilot.mjs' };

describe('the order to Slurm', () => {
  it('a wall time is never shorter than promised', () => {
    assert.deepEqual([1, 60, 61, 86_400].map(minutesOf), [1, 1, 2, 1440]);
  });

  it('options of the site come last, those of the batch queue at the very end', () => {
    const values = slurmParameters.parse({
      submitOptions: ['--account=physics'],
      queueSubmitOptions: { queue: ['--qos=high'], other: ['--qos=low'] },
      passEnvironment: ['HTTPS_PROXY'],
      requestMemory: false,
    });
    const options = sbatchOptions(aPilotLaunch(), values);
    assert.deepEqual(options.slice(-2), ['--account=physics', '--qos=high']);
    assert.ok(options.includes('--export=PATH,LANG,LC_ALL,TZ,HTTPS_PROXY'));
    assert.ok(!options.some((option) => option.startsWith('--mem')));
  });

  it('the token is nowhere but in the text that becomes the file', () => {
    const launch = aPilotLaunch({ token: 'very-secret' });
    const script = submitScript(places, [{ launch, configuration: launch }], slurmParameters.parse({}));
    const lines = script.split('\n').filter((line) => line.includes('very-secret'));
    assert.deepEqual(lines, [JSON.stringify(launch)]);
  });

  it('files lie below the folder, or where the site has scratch space', () => {
    assert.equal(workDirectoryOf('/r', 's', slurmParameters.parse({})), '/r/s/work');
    assert.equal(workDirectoryOf('/r', 's', slurmParameters.parse({ workFolder: '/tmp' })), '/tmp/wm-s');
  });
});

describe('parameters of the slurm type', () => {
  const faults = (parameters: object): readonly string[] =>
    slurmParameters
      .safeParse(parameters)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  it('none is needed', () => assert.deepEqual(faults({}), []));

  it('common options of sites are taken', () => {
    const submitOptions = [
      '--account=p',
      '-Cel9',
      '--gres=gpu:1',
      '--exclusive',
      '--signal=B:TERM@120',
      '-Ap',
    ];
    assert.deepEqual(faults({ submitOptions }), []);
  });

  const cases: readonly (readonly [object, RegExp])[] = [
    [{ folder: 'pilots' }, /^folder: an absolute path, because sbatch runs on the machine of the server/],
    [{ submitOptions: ['--time=5'] }, /^submitOptions.0: --time=5 is set by the computing element itself$/],
    [{ submitOptions: ['-t5'] }, /^submitOptions.0: -t5 is set/],
    [{ submitOptions: ['account'] }, /^submitOptions.0: one option of sbatch/],
    [{ queueSubmitOptions: { long: ['--export=ALL'] } }, /^queueSubmitOptions.long.0: --export=ALL is set/],
    [{ workFolder: 'scratch' }, /^workFolder: an absolute path/],
    [{ host: { address: 'h', portt: 1 } }, /^host: /],
  ];
  for (const [parameters, expected] of cases) {
    it(`${JSON.stringify(parameters)} is refused with its path`, () => {
      assert.match(faults(parameters)[0] ?? 'none', expected);
    });
  }

  it('a relative folder is below the home of the account of a host', () => {
    assert.deepEqual(faults({ host: { address: 'h' }, folder: 'pilots' }), []);
  });
});
