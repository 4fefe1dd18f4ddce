/**
 * What of a description can differ between the jobs of a sweep, and what must be looked at again for each of them.
 * A facet is a set of attributes that are checked by themselves and decide neither where a job may run nor how; all
 * other known attributes are demands, checked together with the whole description. Asked by `sweep-template.ts`.
 */
import { AttributeReader } from '../attribute-reader.ts';
import { findJdlAttribute } from '../job-attributes.ts';
import { readLabels } from '../job-manifest.ts';
import { textsOf, type JdlEntry, type JdlValue } from '../jdl/description.ts';
import type { ManifestContext } from '../manifest-context.ts';
import { checkEnvironment, checkInputData, checkOutputSandbox } from '../manifest-rules.ts';
import { checkPlainAttributes, plainAttributes } from '../plain-attributes.ts';
import { longestNumber } from '../parametric-values.ts';
import { askedBy } from '../parametric-substitution.ts';

interface Facet {
  readonly attributes: readonly string[];
  readonly check: (read: AttributeReader, context: ManifestContext) => void;
  /** True when numbers filled into this flat value cannot change the verdict. */
  readonly numbersAreSafe: (entry: JdlEntry, context: ManifestContext) => boolean;
}

/** Before this place of each text nothing is filled in. */
const isFixedUntil = (value: JdlValue, place: (text: string) => number): boolean =>
  textsOf(value).every((text) => !text.includes('%') || text.indexOf('%') >= place(text));

/** The checks are those of `job-manifest.ts`; a test compares the verdicts. */
const facets: readonly Facet[] = [
  {
    attributes: ['Arguments'],
    check: (read) => void read.text('Arguments'),
    numbersAreSafe: () => true,
  },
  {
    attributes: ['JobName', 'JobGroup', 'ProcessingType'],
    check: (read) => void readLabels(read),
    numbersAreSafe: ({ name, value }) =>
      textsOf(value).every(
        (text) =>
          text.length + askedBy(text).length * longestNumber <= (findJdlAttribute(name)?.jdl.maxLength ?? 0),
      ),
  },
  {
    attributes: ['StdOutput', 'StdError', 'OutputSandbox'],
    check: (read) => {
      for (const name of ['StdOutput', 'StdError']) read.text(name);
      checkOutputSandbox(read);
    },
    numbersAreSafe: () => true,
  },
  {
    attributes: ['InputData'],
    check: (read, context) => void checkInputData(read, context),
    numbersAreSafe: ({ value }, { vo }) => isFixedUntil(value, () => `LFN:/${vo}/`.length),
  },
  {
    attributes: ['ExecutionEnvironment'],
    check: (read) => checkEnvironment(read),
    numbersAreSafe: ({ value }) =>
      textsOf(value)
        .flatMap((text) => text.split(';'))
        .every((item) => !item.includes('%') || item.indexOf('%') > item.indexOf('=')),
  },
  {
    attributes: plainAttributes,
    check: checkPlainAttributes,
    numbersAreSafe: ({ value }, { vo }) =>
      isFixedUntil(value, (text) => (/^lfn:/i.test(text) ? `LFN:/${vo}/`.length : 0)),
  },
];

/** Attributes nobody reads can hold anything. */
const isRead = (name: string): boolean => findJdlAttribute(name) !== undefined;

export const isDemand = (name: string): boolean =>
  isRead(name) && !facets.some(({ attributes }) => attributes.includes(name));

const isFlat = (value: JdlValue): boolean =>
  value.kind === 'list'
    ? value.items.every(({ kind }) => kind !== 'list' && kind !== 'ad')
    : value.kind !== 'ad';

/** A changing entry, and whether only numbers are filled in. */
export interface Change {
  readonly entry: JdlEntry;
  readonly takesNumbersOnly: boolean;
}

/** The facets that must be checked for each job. */
export function facetsOf(changes: readonly Change[], context: ManifestContext): readonly Facet[] {
  const mayFail = ({ attributes, numbersAreSafe }: Facet): boolean =>
    changes.some(
      ({ entry, takesNumbersOnly }) =>
        attributes.includes(entry.name) &&
        !(entry.name === 'Arguments' && entry.value.kind === 'text') &&
        !(takesNumbersOnly && isFlat(entry.value) && numbersAreSafe(entry, context)),
    );
  return facets.filter(mayFail);
}

/** False when these entries of a job break a rule of the facet; which rule, the whole description tells. */
export function passes(facet: Facet, entries: readonly JdlEntry[], context: ManifestContext): boolean {
  const read = new AttributeReader({ entries }, context);
  facet.check(read, context);
  return read.errors.length === 0;
}
