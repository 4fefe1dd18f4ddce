/**
 * Attributes of which nothing else here depends: they travel to the node as they are. Their types are checked, so that
 * a fault is not found too late, and whoever writes one whose meaning is not carried out is told so. Asked by
 * `job-manifest.ts`, and by `bulk/bulk-facets.ts` for each job of a sweep.
 */
import type { AttributeReader } from './attribute-reader.ts';
import { jdlAttributes, type JdlJobAttribute } from './job-attributes.ts';
import type { ManifestContext } from './manifest-context.ts';
import { isOutside } from './manifest-rules.ts';
import { shortened } from './quoting.ts';

/** Attributes that only this file reads. */
const plain: readonly JdlJobAttribute[] = jdlAttributes.filter(
  ({ name, jdl }) => jdl.shortfall !== undefined && name !== 'InputData',
);

export const plainAttributes: readonly string[] = plain.map(({ name }) => name);

function checkType(read: AttributeReader, { name, jdl }: JdlJobAttribute): void {
  if (jdl.type === 'list') {
    read.list(name);
    return;
  }
  const text = read.text(name);
  const isWrong = jdl.isClosed && text !== undefined && !jdl.choices?.includes(text.toUpperCase());
  if (isWrong) read.fail(name, `${name} must be ${jdl.choices?.join(', ')}, not ${shortened(text)}`);
}

/** Names and patterns stay inside the job's folder, logical file names below the VO's. */
function checkOutputData(read: AttributeReader, { vo }: ManifestContext): void {
  for (const name of ['OutputData', 'OutputPath'])
    for (const file of read.list(name)) {
      const lfn = /^lfn:(.*)$/i.exec(file)?.[1];
      if (lfn !== undefined && !lfn.startsWith(`/${vo}/`))
        read.fail(name, `${shortened(file)} is not below LFN:/${vo}/`);
      else if (isOutside(lfn?.slice(1) ?? file))
        read.fail(name, `${shortened(file)} leaves its folder; give a name inside it`);
    }
}

export function checkPlainAttributes(read: AttributeReader, context: ManifestContext): void {
  for (const attribute of plain) checkType(read, attribute);
  checkOutputData(read, context);
}

/** Of all written attributes whose meaning is not carried out. */
export function warnOfShortfalls(read: AttributeReader): void {
  for (const { name, jdl } of jdlAttributes)
    if (jdl.shortfall !== undefined && read.has(name)) read.warn(name, `${name}: ${jdl.shortfall}`);
  const fetched = read.list('InputSandbox').find((file) => /^lfn:/i.test(file));
  if (fetched !== undefined)
    read.warn(
      'InputSandbox',
      `${shortened(fetched)}: files of the catalog are not fetched yet; upload the file`,
    );
}
