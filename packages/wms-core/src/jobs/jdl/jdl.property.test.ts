/** What must hold of every description: reading and printing, processing, expanding. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isWmsError } from '../../kernel/wms-error.ts';
import { aConfiguration, aUser } from '../../testing/builders.ts';
import {
  anyBytes,
  anyJsonText,
  dressed,
  noise,
  someAcceptedJdl,
  someDescription,
} from '../../testing/jdl-arbitraries.ts';
import { someRequirementsOf } from '../../testing/matching-arbitraries.ts';
import { propertyRuns } from '../../testing/property-runs.ts';
import { processManifest } from '../job-manifest.ts';
import { demandOf, requirementsOf, requirementsValue } from '../job-requirements.ts';
import { planParametricJobs } from '../parametric-jobs.ts';
import { manifestContext, prepareJobs } from '../prepare-jobs.ts';
import { nowhere, textOf, type JdlEntry, type JdlValue } from './description.ts';
import { parseJdl, readJdl } from './parse.ts';
import { printJdl } from './print.ts';

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, usual?: number): void =>
  fc.assert(
    fc.property(arbitrary, (value) => property(value)),
    propertyRuns(usual),
  );

/** Without places. */
function plain(value: JdlValue): unknown {
  if (value.kind === 'list') return value.items.map(plain);
  if (value.kind === 'ad') return { ad: plainEntries(value.entries) };
  return [value.kind, value.text];
}
const plainEntries = (entries: readonly JdlEntry[]): unknown =>
  entries.map(({ name, value }) => [name, plain(value)]);

test('what is printed reads back as the same description, and prints the same again', () => {
  check(someDescription, (description) => {
    const printed = printJdl(description);
    const parsed = parseJdl(printed);
    assert.deepEqual(parsed.errors, []);
    assert.deepEqual(plainEntries(parsed.description.entries), plainEntries(description.entries));
    assert.equal(printJdl(parsed.description), printed);
  });
});

test('comments and blanks between entries change nothing', () => {
  const texts = someAcceptedJdl.chain((jdl) => {
    const printed = printJdl(parseJdl(jdl).description);
    return fc.tuple(fc.constant(printed), dressed(printed));
  });
  check(texts, ([printed, more]) => {
    const parsed = parseJdl(more);
    assert.deepEqual(parsed.errors, []);
    assert.equal(printJdl(parsed.description), printed);
  });
});

const anyText = fc.oneof(noise, anyBytes, anyJsonText, fc.string({ unit: 'binary', maxLength: 200 }));

test('any text is answered, its places lie inside it, and what was read prints and reads again', () => {
  check(
    anyText,
    (text) => {
      const parsed = parseJdl(text);
      for (const { column, line, message, offset } of [...parsed.errors, ...parsed.warnings])
        assert.ok(offset >= 0 && offset <= text.length && line >= 1 && column >= 1, message);
      if (parsed.errors.length > 0) return;
      const again = parseJdl(printJdl(parsed.description));
      assert.deepEqual(again.errors, []);
      assert.deepEqual(plainEntries(again.description.entries), plainEntries(parsed.description.entries));
    },
    500,
  );
});

const configuration = aConfiguration({ platforms: { a: ['b'] } });

test('a submission of any text is accepted, and then kept as it was understood, or refused by a jdl error', () => {
  check(anyText, (text) => {
    try {
      const jobs = prepareJobs([text, `Executable = "/bin/true"; ${text}`], aUser(), configuration);
      for (const { processed, requirements } of jobs)
        assert.deepEqual(demandOf(processed(7)).requirements, requirements);
    } catch (error) {
      assert.ok(isWmsError(error) && error.code.startsWith('jdl.'), String(error));
    }
  });
});

/** The best of three: a machine may stumble. */
function readingMs(piece: string, length: number): number {
  const text = piece.repeat(Math.ceil(length / piece.length));
  const times = [0, 0, 0].map(() => {
    const startMs = performance.now();
    parseJdl(text);
    return performance.now() - startMs;
  });
  return Math.min(...times);
}

test('reading takes time in proportion to the length, whatever the text', () => {
  fc.assert(
    fc.property(
      noise.filter((text) => text !== ''),
      (piece) => {
        readingMs(piece, 2000);
        const shortMs = readingMs(piece, 20_000);
        // Ten times the text takes ten times as long; a hundred times would be quadratic.
        assert.ok(readingMs(piece, 200_000) < 30 * shortMs + 500, JSON.stringify(piece));
      },
    ),
    { numRuns: Math.ceil(propertyRuns(500).numRuns / 100) },
  );
});

const context = manifestContext(aUser(), configuration);

test('processing what was processed changes nothing', () => {
  check(someAcceptedJdl, (jdl) => {
    const once = processManifest(readJdl(jdl).description, context);
    assert.deepEqual(once.errors, []);
    const text = once.processedJdl(7);
    const twice = processManifest(readJdl(text).description, context);
    assert.deepEqual(twice.errors, []);
    assert.equal(twice.processedJdl(7), text);
    assert.deepEqual(twice.requirements, once.requirements);
    assert.deepEqual(demandOf(text), { requirements: once.requirements, site: once.siteColumn });
  });
});

test('requirements survive being written into a description', () => {
  check(someRequirementsOf, (requirements) => {
    const entry = { name: 'JobRequirements', at: nowhere, value: requirementsValue(requirements) };
    const text = printJdl({ entries: [entry] });
    assert.deepEqual(requirementsOf(readJdl(text).description), requirements);
  });
});

/** The value rule, word for word (wms.md §3.4), with none of the ways to be fast. */
function slowValues(start: number, step: number, factor: number, count: number): readonly number[] {
  const values = [start];
  while (values.length < count) values.push(values[values.length - 1]! * factor + step);
  return values.slice(0, count);
}

test('a sweep makes as many jobs as asked for, with the values of the rule, each in its place', () => {
  const sweeps = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    start: fc.integer({ min: -5, max: 5 }),
    step: fc.integer({ min: -5, max: 5 }),
    factor: fc.integer({ min: -2, max: 2 }),
    list: fc.array(fc.stringMatching(/^[a-z ]{0,6}$/), { minLength: 1, maxLength: 10 }),
  });
  check(sweeps, ({ count, factor, list, start, step }) => {
    const rule = `Parameters = ${count}; ParameterStart = ${start}; ParameterStep = ${step}; ParameterFactor = ${factor};`;
    const jobs = (text: string) => [...planParametricJobs(parseJdl(text).description, 1000).jobs()];
    const argumentsOf = (text: string) =>
      jobs(text).map(({ entries }) => textOf(entries.find(({ name }) => name === 'Arguments')!.value));
    const width = String(count - 1).length;
    assert.deepEqual(
      argumentsOf(`${rule} Arguments = "%n:%s";`),
      slowValues(start, step, factor, count).map(
        (value, index) => `${String(index).padStart(width, '0')}:${value}`,
      ),
    );
    const quoted = list.map((value) => `"${value}"`).join(', ');
    assert.deepEqual(argumentsOf(`Parameters.X = {${quoted}}; Arguments = "%(X)s";`), list);
  });
});
