/** Step 6 of the tutorial: the output comes home as an archive, or is looked at where it is. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import type { Download } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { greetingJob, submitted, untilStatus } from '../world/seed.ts';
import { serverUrl } from '../world/server-under-test.ts';
import { menuItem, pointAt } from '../pages/desktop.ts';
import { tutorialImage } from '../world/tutorial-images.ts';

/** Texts of the files in a downloaded `.tar.gz`, by name. */
async function unpacked(download: Download): Promise<ReadonlyMap<string, string>> {
  const tar = createReadStream(await download.path()).pipe(createGunzip());
  const entries = await unpackTar(Readable.toWeb(tar) as ReadableStream<Uint8Array>);
  return new Map(entries.map(({ data, header }) => [header.name, new TextDecoder().decode(data)]));
}

test.describe('Take the output home', { tag: '@smoke' }, () => {
  test('Get Output file(s) delivers what the payload printed', async ({ desktop, page }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.askProxyUntil('Valid');
    await launchpad.choose('Helloworld');
    const [jobId = 0] = await launchpad.submit();
    const monitor = await desktop.openMonitor();
    await monitor.root.getByRole('button', { name: 'Maximise Job Monitor' }).click();
    await monitor.showsStatus(jobId, 'Done');
    await tutorialImage(page, 'tutorial-4-job-monitor');

    await monitor.choose(jobId, 'Sandbox');
    const getOutput = menuItem(page, 'Get Output file(s)');
    await pointAt(page, getOutput);
    await tutorialImage(page, 'tutorial-5-get-output');
    const download = page.waitForEvent('download');
    await getOutput.click();
    const archive = await download;
    expect(archive.suggestedFilename()).toBe(`${jobId}_OutputSandbox.tar.gz`);
    const files = await unpacked(archive);
    expect([...files.keys()].toSorted()).toEqual(['StdErr', 'StdOut']);
    expect(files.get('StdOut')).toBe('Hello World\n');
  });

  test('the input sandbox comes back as it was sent', async ({ desktop, page }) => {
    const launchpad = await desktop.openLaunchpad();
    await launchpad.choose('Shell script');
    const [jobId = 0] = await launchpad.submit();
    const monitor = await desktop.openMonitor();
    const download = page.waitForEvent('download');
    await monitor.choose(jobId, 'Sandbox', 'Get Input file(s)');
    expect((await unpacked(await download)).get('testJob.sh')).toContain('#!/bin/sh');
  });

  test('the output is looked at without being taken home', async ({ desktop, user }) => {
    const [jobId = 0] = await submitted(user, greetingJob());
    await untilStatus(serverUrl(), user, jobId, 'Done');
    const monitor = await desktop.openMonitor();
    const details = await monitor.openDetails(jobId);
    await details.view('StdOut');
    await expect(details.panel.getByRole('region', { name: 'StdOut' })).toContainText('Hello World');
  });
});
