/**
 * Messages of `GET /bff/events`. The SSE `event:` field is the type, `id:` the sequence for Last-Event-ID,
 * `data:` this JSON. Ids only: the portal refetches through the access-checked routes (DESIGN D14).
 */
export type LiveEvent =
  | {
      readonly type: 'changed';
      readonly jobs: readonly number[];
      readonly pilots: readonly string[];
      readonly proxies: boolean;
      readonly configuration: boolean;
      /** Ids of operations on many jobs. */
      readonly operations: readonly number[];
      readonly notices: boolean;
    }
  /** Something was missed: refetch everything in view. */
  | { readonly type: 'gap' }
  /** Sent at once after connecting and every 15 s. */
  | { readonly type: 'hello'; readonly serverTime: string };
