/** The JDL text that a launchpad set stands for; only used to check sets when the configuration is read. */
import type { LaunchpadSet } from './schema.ts';

type Value = LaunchpadSet['parameters'][string];

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;

const valueText = (value: Value): string => {
  if (Array.isArray(value)) return `{${value.map(valueText).join(', ')}}`;
  return typeof value === 'number' ? String(value) : quoted(value);
};

export const launchpadJdl = (set: LaunchpadSet): string => {
  const attributes = Object.entries(set.parameters).map(
    ([name, value]) => `  ${name} = ${valueText(value)};`,
  );
  return `[\n${attributes.join('\n')}\n]`;
};
