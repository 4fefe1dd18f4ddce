/**
 * One thing that is wrong in a configuration: where (path of keys) and what would be right. The YAML adapter
 * adds file, line and column.
 */
export interface ConfigurationFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface LocatedFault extends ConfigurationFault {
  readonly file: string;
  /** 1-based; 0 when the file as a whole is meant. */
  readonly line: number;
  readonly column: number;
}

export const pathText = (path: readonly (string | number)[]): string =>
  path.length === 0 ? '(top level)' : path.join(' > ');

/** `demo.yaml:12:5 vos > x > groups: …` */
export const faultLine = (fault: LocatedFault): string =>
  `${fault.file}${fault.line > 0 ? `:${fault.line}:${fault.column}` : ''} ${pathText(fault.path)}: ${fault.message}`;
