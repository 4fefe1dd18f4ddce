import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aPilotLaunch } from '../../computing-element.contract.ts';
import { activityDescriptions, jobNameOf, stampOfJobName } from './arc-description.ts';

const order = { queue: 'long', nodeExecutable: 'node', runtimeEnvironments: [] };

describe('the job description for A-REX', () => {
  it('asks for slots on one host, memory a slot in bytes and wall time in seconds', () => {
    const launch = aPilotLaunch({ processors: 4, memoryMiB: 8000, maxWallTimeS: 3600 });
    const text = activityDescriptions([{ launch, order }]);
    for (const part of [
      '<NumberOfSlots>4</NumberOfSlots><SlotsPerHost>4</SlotsPerHost>',
      `<IndividualPhysicalMemory>${2000 * 1_048_576}</IndividualPhysicalMemory>`,
      '<WallTime>3600</WallTime>',
      '<QueueName>long</QueueName>',
    ])
      assert.ok(text.includes(part), part);
  });

  it('carries the stamp in name and environment', () => {
    const launch = aPilotLaunch();
    const text = activityDescriptions([{ launch, order }]);
    assert.ok(text.includes(`<Name>${jobNameOf(launch.stamp)}</Name>`));
    assert.ok(text.includes(`<Name>WM_PILOT_STAMP</Name><Value>${launch.stamp}</Value>`));
    assert.equal(stampOfJobName(jobNameOf(launch.stamp)), launch.stamp);
    for (const other of ['', 'pilot', `wm-pilot-${launch.stamp}0`, `x-wm-pilot-${launch.stamp}`])
      assert.equal(stampOfJobName(other), undefined);
  });

  it('holds no secret', () => {
    const text = activityDescriptions([{ launch: aPilotLaunch({ token: 'stamp.very-secret' }), order }]);
    assert.equal(text.includes('very-secret'), false);
  });

  it('describes several pilots in one request, in order', () => {
    const launches = [aPilotLaunch(), aPilotLaunch(), aPilotLaunch()];
    const text = activityDescriptions(launches.map((launch) => ({ launch, order })));
    const names = [...text.matchAll(/<Name>wm-pilot-([0-9a-f]+)<\/Name>/g)].map(([, stamp]) => stamp);
    assert.deepEqual(
      names,
      launches.map(({ stamp }) => stamp),
    );
  });

  it('names the delegation and the environments of the site where there are any', () => {
    const plain = activityDescriptions([{ launch: aPilotLaunch(), order }]);
    assert.equal(/DelegationID|RuntimeEnvironment/.test(plain), false);
    const full = { ...order, delegationId: 'abc', runtimeEnvironments: ['ENV/PROXY'] };
    const text = activityDescriptions([{ launch: aPilotLaunch(), order: full }]);
    assert.ok(text.includes('<nordugrid-adl:DelegationID>abc</nordugrid-adl:DelegationID>'));
    assert.ok(text.includes('<RuntimeEnvironment><Name>ENV/PROXY</Name></RuntimeEnvironment>'));
  });

  it('wants the file of the pilot, or the one that brings its Node.js', () => {
    const wanted = (nodeExecutable: string): readonly (string | undefined)[] => {
      const launches = [{ launch: aPilotLaunch(), order: { ...order, nodeExecutable } }];
      return [...activityDescriptions(launches).matchAll(/<InputFile><Name>([^<]+)/g)].map(
        ([, name]) => name,
      );
    };
    assert.deepEqual(wanted('/usr/bin/node'), ['wm-pilot.sh', 'wm-pilot.mjs', 'wm-pilot.json']);
    assert.deepEqual(wanted('bring'), ['wm-pilot.sh', 'wm-pilot.run', 'wm-pilot.json']);
  });

  it('writes odd characters as text', () => {
    const odd = { ...order, queue: '<a&"b">' };
    const text = activityDescriptions([{ launch: aPilotLaunch(), order: odd }]);
    assert.ok(text.includes('<QueueName>&lt;a&amp;&quot;b&quot;&gt;</QueueName>'));
  });
});
