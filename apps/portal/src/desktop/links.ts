/**
 * Links that open something: one application with its state, or a whole desktop. The state itself is in the
 * link, so it works for anybody; what he then sees is up to his own rights. In the fragment it never reaches
 * a server's log. Pure.
 */
import type { Layout, WindowRecord } from './desktop-layout.ts';
import { activeDesktop, emptyLayout, readLayout } from './desktop-layout.ts';
import { leavesOf } from './tiling.ts';

export type LinkTarget =
  | {
      readonly kind: 'application';
      readonly applicationId: string;
      readonly state: Readonly<Record<string, unknown>>;
      readonly group: string | undefined;
    }
  | { readonly kind: 'desktop'; readonly layout: Layout; readonly group: string | undefined };

/** Longer fragments are refused by some mail programs and browsers. */
export const longestLink = 30_000;

function encode(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function decode(text: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `state` is laid over the application's initial state where the link is opened. */
export function applicationLink(
  origin: string,
  applicationId: string,
  state: unknown,
  group: string | undefined,
): string {
  const query = new URLSearchParams({ open: applicationId });
  if (isRecord(state) && Object.keys(state).length > 0) query.set('state', encode(state));
  if (group !== undefined) query.set('group', group);
  return `${origin}/#${query.toString()}`;
}

/** The shown desktop with its windows. */
export function desktopLink(origin: string, layout: Layout, group: string | undefined): string {
  const desktop = activeDesktop(layout);
  const shown = leavesOf(desktop.tiles).flatMap((id): [string, WindowRecord][] => {
    const record = layout.windows[id];
    return record === undefined ? [] : [[id, record]];
  });
  const shared: Layout = {
    ...emptyLayout,
    view: layout.view,
    desktops: [desktop],
    activeDesktopId: desktop.id,
    windows: Object.fromEntries(shown),
  };
  const query = new URLSearchParams({ desktop: encode(shared) });
  if (group !== undefined) query.set('group', group);
  return `${origin}/#${query.toString()}`;
}

/** A value written by hand in an address: `jobIds=7` or `filters={"Site":…}`. */
function plainValue(text: string): unknown {
  if (!/^[[{"]|^(?:true|false|null)$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function plainState(query: URLSearchParams): Readonly<Record<string, unknown>> {
  const others = [...query].filter(([name]) => !['open', 'state', 'group', 'desktop'].includes(name));
  return Object.fromEntries(others.map(([name, text]) => [name, plainValue(text)]));
}

/** What the address asks for; undefined when nothing, or nothing that can be read. */
export function readLink(address: {
  readonly hash: string;
  readonly search: string;
}): LinkTarget | undefined {
  const inHash = new URLSearchParams(address.hash.replace(/^#/, ''));
  const query = inHash.has('open') || inHash.has('desktop') ? inHash : new URLSearchParams(address.search);
  const group = query.get('group') ?? undefined;
  const applicationId = query.get('open');
  if (applicationId !== null) {
    const state = decode(query.get('state') ?? '');
    return {
      kind: 'application',
      applicationId,
      state: { ...plainState(query), ...(isRecord(state) ? state : {}) },
      group,
    };
  }
  const layout = readLayout(decode(query.get('desktop') ?? ''));
  return layout === undefined ? undefined : { kind: 'desktop', layout, group };
}
