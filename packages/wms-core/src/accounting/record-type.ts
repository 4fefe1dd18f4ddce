/**
 * What a type of accounting record is: keys, values, what is divided, buckets by age. Asked by `record-types.ts`, which
 * lists the types there are, and by all that derives from that list.
 */
/** What a report can group by and select on. Every type has the VO as well; reports never leave it. */
export interface AccountingKey {
  /** DIRAC's name. */
  readonly name: string;
  /** Column of the table of keys. */
  readonly column: string;
  readonly label: string;
  readonly help: string;
}

/** A key that follows from another one. */
export interface DerivedKey {
  readonly name: string;
  readonly from: string;
  readonly label: string;
  readonly help: string;
}

export type AccountingUnit = 's' | 'B' | 'jobs' | 'pilots' | 'records' | 'files' | 'events';

/** A number that is added up: stored in buckets as an integer, `storedPerUnit` for one unit. */
export interface StoredValue {
  readonly name: string;
  readonly column: string;
  /** amount: adds up over time; level: holds at an instant and is averaged over time (stored × milliseconds). */
  readonly kind: 'amount' | 'level';
  readonly unit: AccountingUnit;
  readonly storedPerUnit: number;
  readonly label: string;
  readonly help: string;
}

/** Worked out in the report from two stored values. */
export interface RatioValue {
  readonly name: string;
  readonly kind: 'ratio';
  readonly unit: 'ratio' | 'B/s';
  readonly numerator: string;
  readonly denominator: string;
  readonly label: string;
  readonly help: string;
}

/** Buckets are so wide until they are so old; after the last age they are dropped. Widths grow with age. */
export interface BucketWidth {
  readonly untilAgeMs: number;
  readonly widthMs: number;
}

export type RecordTypeName = 'Job' | 'Pilot' | 'PilotSubmission' | 'WMSHistory';

/**
 * Whether records tell of people. always: those who may not see the whole VO get their own part only; whenAsked: the
 * same as soon as a report groups or selects by user or user group; never: all members of the VO see everything.
 */
export type NamesPeople = 'always' | 'whenAsked' | 'never';

export interface RecordType {
  readonly name: RecordTypeName;
  readonly label: string;
  /** One sentence: when a record is written. */
  readonly help: string;
  /** Tables are `<table>_keys`, `<table>_buckets` and, when single records are kept, `<table>_records`. */
  readonly table: string;
  readonly keys: readonly AccountingKey[];
  readonly derivedKeys: readonly DerivedKey[];
  readonly values: readonly StoredValue[];
  readonly ratios: readonly RatioValue[];
  readonly buckets: readonly BucketWidth[];
  readonly namesPeople: NamesPeople;
}

/** The value of a derived key: `ANY` and the like, which are no names of sites, stand for themselves. */
export function derive(derived: DerivedKey, siteName: string): string {
  const parts = siteName.split('.');
  return (derived.name === 'Country' ? parts.at(-1) : parts[0]) ?? siteName;
}
