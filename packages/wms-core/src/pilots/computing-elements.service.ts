/**
 * The computing elements of the configuration, opened when first needed and kept while their configuration is the
 * same. One that is gone from the configuration stays open for the pilots it still holds.
 */
import { join } from 'node:path';
import type { ComputingElementConfiguration, ConfigurationSnapshot } from '../configuration/schema.ts';
import type { ComputingElement, ComputingElementContext } from '../computing/computing-element.ts';

export interface ComputingElementsDeps {
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly open: (
    element: ComputingElementConfiguration,
    context: ComputingElementContext,
  ) => ComputingElement;
  /** Each computing element gets a folder below. */
  readonly folder: string;
  readonly context: Pick<
    ComputingElementContext,
    'pilotFile' | 'singlePilotFile' | 'storedProxy' | 'hiddenFolders' | 'clock' | 'log'
  >;
}

export interface ComputingElements {
  /** Undefined when there never was one of that name. Throws `configuration.invalid`. */
  find(site: string, name: string): ComputingElement | undefined;
  /** Called when a pilot ended, by elements that know. */
  onEnd(listener: (reference: string) => void): void;
}

interface Opened {
  readonly written: string;
  readonly element: ComputingElement;
}

export const createComputingElements = (deps: ComputingElementsDeps): ComputingElements => {
  const opened = new Map<string, Opened>();
  const listeners: ((reference: string) => void)[] = [];

  const open = (site: string, name: string, configured: ComputingElementConfiguration): Opened => {
    const context = { ...deps.context, site, name, folder: join(deps.folder, encodeURIComponent(name)) };
    const element = deps.open(configured, context);
    element.onEnd?.((reference) => listeners.forEach((listener) => listener(reference)));
    return { written: writtenForm(configured), element };
  };

  return {
    find: (site, name) => {
      const key = `${site}/${name}`;
      const configured = deps.configuration.current().values.sites[site]?.computingElements[name];
      const there = opened.get(key);
      if (configured === undefined || there?.written === writtenForm(configured)) return there?.element;
      const fresh = open(site, name, configured);
      opened.set(key, fresh);
      return fresh.element;
    },
    onEnd: (listener) => void listeners.push(listener),
  };
};

/** Queues do not matter to the plug-in. */
const writtenForm = ({ type, parameters }: ComputingElementConfiguration): string =>
  JSON.stringify([type, parameters]);
