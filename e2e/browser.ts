/**
 * Which browser the journeys drive: the one named by `PORTAL_BROWSER`, Playwright's own, a Chromium or Chrome
 * on PATH, an installed Chrome; in this order.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type LaunchOptions } from '@playwright/test';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Flags that keep a browser quiet: no requests of its own while a page is tested. */
const quietFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function found(): Pick<LaunchOptions, 'executablePath' | 'channel'> {
  const named = process.env['PORTAL_BROWSER'];
  if (named) return { executablePath: named };
  if (existsSync(chromium.executablePath())) return {};
  for (const name of names)
    for (const folder of (process.env['PATH'] ?? '').split(delimiter))
      if (existsSync(join(folder, name))) return { executablePath: join(folder, name) };
  return { channel: 'chrome' };
}

export const browserLaunch = (): LaunchOptions => ({ ...found(), args: quietFlags });
