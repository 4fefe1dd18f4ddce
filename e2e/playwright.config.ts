/** The journeys: one real server of their own, one Chromium, no retries, no sleeps. */
import { defineConfig } from '@playwright/test';
import { browserLaunch } from './browser.ts';

export default defineConfig({
  testDir: '.',
  testMatch: ['journeys/**/*.spec.ts', 'windows/**/*.spec.ts', 'bad-input/**/*.spec.ts'],
  outputDir: 'test-results',
  globalSetup: './world/global-setup.ts',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['./world/closing-line-reporter.ts']],
  use: {
    launchOptions: browserLaunch(),
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    acceptDownloads: true,
  },
});
