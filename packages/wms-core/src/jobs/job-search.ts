/** The one search tree all faces translate into and the stores understand (rest-api.md §1.5, §6.3). */
export type SearchValue = string | number | boolean;

export type SearchCondition =
  | {
      readonly parameter: string;
      readonly operator: 'eq' | 'neq' | 'gt' | 'lt' | 'like' | 'not like' | 'regex';
      readonly value: SearchValue;
    }
  | {
      readonly parameter: string;
      readonly operator: 'in' | 'not in';
      readonly values: readonly SearchValue[];
    };

export interface SortKey {
  readonly parameter: string;
  readonly direction: 'asc' | 'desc';
}

export interface SearchQuery {
  /** Columns wanted; undefined = all. They come back in catalogue order. */
  readonly parameters?: readonly string[] | undefined;
  /** All must hold. */
  readonly search: readonly SearchCondition[];
  /** The primary key is always appended as last key, so the order is total. */
  readonly sort: readonly SortKey[];
  readonly distinct?: boolean | undefined;
  /** 1-based. */
  readonly page: number;
  readonly perPage: number;
}

export interface SearchResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
}
