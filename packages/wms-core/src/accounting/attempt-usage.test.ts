import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hear, noUsage } from './attempt-usage.ts';

test('consumption is heard under every name a node uses, in seconds and MB', () => {
  assert.deepEqual(hear(noUsage, 1, { CPUConsumed: 3.5, MemoryUsed: 100, HostName: 'node7' }).usage, {
    cpuTimeMs: 3500,
  });
  const { usage } = hear(noUsage, 1, {
    'TotalCPUTime(s)': '12.34',
    'NormCPUTime(s)': '24.68',
    'WallClockTime(s)': '60.00',
    'DiskSpace(MB)': '1.5',
  });
  assert.deepEqual(usage, {
    cpuTimeMs: 12_340,
    normCpuTimeMs: 24_680,
    wallTimeMs: 60_000,
    diskBytes: 1_572_864,
  });
});

test('data are heard under the names of their values; uploaded files are counted', () => {
  const { usage } = hear(noUsage, 1, {
    InputDataSize: '70000000000',
    OutputDataSize: 5,
    ProcessedEvents: '12',
    UploadedOutputData: '/vo/a, /vo/b,/vo/c, ',
  });
  assert.deepEqual(usage, {
    inputDataBytes: 70_000_000_000,
    outputDataBytes: 5,
    processedEvents: 12,
    outputDataFiles: 3,
  });
  assert.deepEqual(hear(noUsage, 1, { UploadedOutputData: '' }).usage, {});
  assert.deepEqual(hear(noUsage, 1, { OutputDataFiles: 4, UploadedOutputData: '/vo/a' }).usage, {
    outputDataFiles: 4,
  });
});

test('what is known never shrinks: a late or smaller number changes nothing', () => {
  const known = { ...noUsage, cpuTimeMs: 9000 };
  assert.deepEqual(hear(known, 1, { CPUConsumed: 8.999 }).usage, {});
  assert.deepEqual(hear(known, 1, { CPUConsumed: 9.001, 'TotalCPUTime(s)': '10' }).usage, {
    cpuTimeMs: 10_000,
  });
});

for (const bad of ['-1', 'NaN', 'Infinity', '', ' ', '33350400', '1e300', 'twelve', '0x'])
  test(`"${bad}" is no consumption: dropped and named`, () => {
    for (const name of ['TotalCPUTime(s)', 'WallClockTime(s)', 'NormCPUTime(s)']) {
      const { usage, dropped } = hear(noUsage, 1, { [name]: bad });
      assert.deepEqual(usage, {});
      assert.deepEqual(dropped, [`${name} = ${bad}`]);
    }
  });

for (const bad of ['-1', 'NaN', ' ', '70368744177664', '1e30'])
  test(`"${bad}" is no amount of data`, () => {
    const { usage, dropped } = hear(noUsage, 1, { InputDataSize: bad, 'DiskSpace(MB)': bad });
    assert.deepEqual(usage, {});
    assert.equal(dropped.length, 2);
  });

test('the bound of CPU time is that of each processor', () => {
  const report = { 'TotalCPUTime(s)': '33350400' };
  assert.equal(hear(noUsage, 2, report).usage.cpuTimeMs, 33_350_400_000);
  assert.equal(hear(noUsage, 1, report).usage.cpuTimeMs, undefined);
});
