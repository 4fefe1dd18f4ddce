/**
 * The forms in which a job may name the container image it runs in (JDL `ContainerImage`), as a table. Each form asks
 * a tag of the slot, so that only pilots with a tool for it are given the job; pilots find their tools themselves.
 * Asked by the manifest, and by the pilot, which has an engine for each form (ADR 0019).
 */

export const containerFormNames = ['folder', 'file', 'registry'] as const;
export type ContainerFormName = (typeof containerFormNames)[number];

interface ContainerForm {
  readonly name: ContainerFormName;
  /** What a slot must offer. */
  readonly tag: string;
  readonly pattern: RegExp;
  /** For messages and forms. */
  readonly example: string;
}

/** Absolute and plain: no `..`. */
const plainPath = String.raw`^(?:/(?!\.\.?(?:/|$))[\w.+@~:-]+)+`;
const word = String.raw`[a-z0-9]+(?:[._-]+[a-z0-9]+)*`;

/** The first that matches counts. */
export const containerForms: readonly ContainerForm[] = [
  {
    name: 'file',
    tag: 'ContainerFile',
    pattern: new RegExp(`${plainPath}\\.sif$`),
    example: '/cvmfs/images.example.org/analysis.sif',
  },
  {
    name: 'folder',
    tag: 'ContainerFolder',
    pattern: new RegExp(`${plainPath}/?$`),
    example: '/cvmfs/unpacked.example.org/library/python:3.13',
  },
  {
    name: 'registry',
    tag: 'ContainerRegistry',
    pattern: new RegExp(
      `^(?:docker://)?(?:[a-z0-9][a-z0-9.-]*(?::\\d{1,5})?/)?${word}(?:/${word})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
    ),
    example: 'docker://docker.io/library/python:3.13-slim',
  },
];

export const longestContainerImage = 512;

/** Undefined when the text is none of the forms. */
export const containerFormOf = (image: string): ContainerForm | undefined =>
  image.length > longestContainerImage
    ? undefined
    : containerForms.find(({ pattern }) => pattern.test(image));
