/** What the portal loads before an application opens, and when the largest part of the page is painted. */
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { inBrowserWorld, portalPage } from '../browser.ts';
import { onceOnly, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { hashingMs } from '../yardstick.ts';

/** gzip bytes of every script and style the page has loaded so far. */
async function loadedBytes(page: Page): Promise<number> {
  const urls = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const assets = [...new Set(urls)].filter((url) => /\.(js|css)$/.test(new URL(url).pathname));
  const sizes = await Promise.all(
    assets.map(async (url) => gzipSync(Buffer.from(await (await page.request.get(url)).body())).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const largestPaintMs = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? Number.NaN)).observe(
          {
            type: 'largest-contentful-paint',
            buffered: true,
          },
        );
      }),
  );

export const shellRow: BenchmarkRow = {
  row: 'shell',
  budget: '≤ 200 kB gzip; LCP ≤ 1 s',
  engines: onceOnly,
  run: ({ quick }) =>
    inBrowserWorld(async (world) => {
      const yardstick = hashingMs();
      const paints: number[] = [];
      let bytes = 0;
      for (let visit = 0; visit < (quick ? 3 : 10); visit += 1) {
        const page = await portalPage(world);
        paints.push(await largestPaintMs(page));
        bytes = await loadedBytes(page);
        await page.context().close();
      }
      return {
        row: 'shell',
        engine: 'browser',
        value: rounded(bytes / 1000),
        unit: 'kB gzip',
        yardstick: rounded(yardstick),
        ratio: rounded(bytes / 1000 / yardstick),
        scale: `${paints.length} visits with an empty cache`,
        more: { lcpP50Ms: rounded(percentile(paints, 0.5)), lcpMaxMs: rounded(Math.max(...paints)) },
      };
    }),
};
