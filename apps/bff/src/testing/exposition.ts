/**
 * Reads the Prometheus text format (version 0.0.4) as strictly as a scraper: every line must be a help, a type, a
 * sample or empty; samples belong to the family that was announced last. Throws on anything else.
 */
import assert from 'node:assert/strict';

export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ExposedFamily {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly samples: ExposedSample[];
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const helpLine = new RegExp(`^# HELP (${name}) (.+)$`);
const typeLine = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram|summary|untyped)$`);
const sampleLine = new RegExp(`^(${name})(?:\\{(.*)\\})? (\\S+)(?: \\d+)?$`);
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/y;

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPair.lastIndex = 0;
  while (labelPair.lastIndex < text.length) {
    const at = labelPair.lastIndex;
    const found = labelPair.exec(text);
    assert(found, `no label at ${at} of ${text}`);
    const [, label = '', value = ''] = found;
    assert(!(label in labels), `${label} twice in ${text}`);
    labels[label] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

function valueOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (text === 'Nan' || text === 'NaN') return Number.NaN;
  const value = Number(text);
  assert(!Number.isNaN(value), `“${text}” is no value`);
  return value;
}

const endings: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

export function readExposition(text: string): readonly ExposedFamily[] {
  assert(text.endsWith('\n'), 'the last line ends');
  const families: ExposedFamily[] = [];
  let help: { readonly of: string; readonly text: string } | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, helpOf, words] = helpLine.exec(line) ?? [];
    const [, typeOf, kind] = typeLine.exec(line) ?? [];
    if (helpOf !== undefined && words !== undefined) {
      help = { of: helpOf, text: words };
    } else if (typeOf !== undefined && kind !== undefined) {
      assert.equal(help?.of, typeOf, 'help stands before type');
      assert(!families.some((family) => family.name === typeOf), `${typeOf} is announced twice`);
      families.push({ name: typeOf, kind, help: help.text, samples: [] });
    } else {
      const [, sampleName, labels = '', value = ''] = sampleLine.exec(line) ?? [];
      assert(sampleName, `this is no line of the format: ${line}`);
      const family = families.at(-1);
      const names = (endings[family?.kind ?? ''] ?? ['']).map((ending) => `${family?.name}${ending}`);
      assert(names.includes(sampleName), `${sampleName} does not belong to ${family?.name}`);
      family?.samples.push({ name: sampleName, labels: labelsOf(labels), value: valueOf(value) });
    }
  }
  for (const family of families) checkFamily(family);
  return families;
}

/** No series twice; the buckets of a histogram grow and end with the count. */
function checkFamily({ name: family, kind, samples }: ExposedFamily): void {
  const keys = samples.map((each) => `${each.name} ${JSON.stringify(each.labels)}`);
  assert.equal(new Set(keys).size, keys.length, `${family} has a series twice`);
  if (kind !== 'histogram') return;
  const series = Map.groupBy(samples, ({ labels }) =>
    JSON.stringify(Object.entries(labels).filter(([label]) => label !== 'le')),
  );
  for (const each of series.values()) {
    const buckets = each.filter(({ name: sampleName }) => sampleName.endsWith('_bucket'));
    const count = each.find(({ name: sampleName }) => sampleName.endsWith('_count'));
    const bounds = buckets.map(({ labels }) => valueOf(labels['le'] ?? ''));
    assert.deepEqual(
      bounds,
      bounds.toSorted((a, b) => a - b),
      `${family}: bounds ascend`,
    );
    const values = buckets.map(({ value }) => value);
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
      `${family}: buckets add up`,
    );
    assert.equal(bounds.at(-1), Number.POSITIVE_INFINITY, family);
    assert.equal(values.at(-1), count?.value, family);
  }
}
