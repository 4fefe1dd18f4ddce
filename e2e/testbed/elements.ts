/** What the tests of computing elements share: an element with its own folder and pilot, and patience. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  aPilotLaunch,
  type ComputingElement,
  type ComputingElementContext,
} from '@wm/wms-core/computing-contract';
import { openComputingElement } from '@wm/wms-core/computing';
import { silentLogger } from '@wm/wms-core/logger';

export const stayingPilot = 'setInterval(() => {}, 1000);';

export const openElement = (
  type: string,
  context: ComputingElementContext,
  parameters: Record<string, unknown>,
): ComputingElement => openComputingElement({ type, queues: {}, parameters }, context);

/** The folder of a new element, with its pilot. */
export const elementContext = async (
  folder: string,
  pilot: string,
  nowMs = (): number => Date.now(),
): Promise<ComputingElementContext> => {
  await mkdir(folder);
  await writeFile(join(folder, 'pilot.mjs'), pilot);
  return {
    site: 'EGI.Test.org',
    name: 'ce',
    folder,
    pilotFile: join(folder, 'pilot.mjs'),
    hiddenFolders: [],
    clock: { nowMs },
    log: silentLogger,
  };
};

type Launch = Parameters<ComputingElement['submit']>[0][number];

export const submitted = async (
  element: ComputingElement,
  launch: Launch = aPilotLaunch(),
): Promise<string> => {
  const [verdict] = await element.submit([launch]);
  assert.ok(verdict?.ok, verdict?.ok === false ? verdict.reason : 'no verdict');
  return verdict.reference;
};

export const unavailable = (message: RegExp) => ({ code: 'service.unavailable', message });

/** Asks until there is an answer; fails after that time. */
export const eventually = async <T>(
  ask: () => Promise<T | undefined> | T | undefined,
  withinS = 60,
): Promise<T> => {
  for (let asked = 0; asked < withinS * 20; asked += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error('it never became so');
};
