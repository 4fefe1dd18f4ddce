/** What the address of the page says: which request it is about, or what went wrong on the way here. Pure. */

export interface DeviceAddress {
  /** `code`: of a terminal, to be compared; `request`: of another portal. */
  readonly kind: 'code' | 'request';
  /** Undefined when the code is still to be typed. */
  readonly handle: string | undefined;
  readonly fault: string | undefined;
}

/** Undefined for every other page of the portal. */
export function deviceAddress(pathname: string, search: string): DeviceAddress | undefined {
  const query = new URLSearchParams(search);
  const fault = query.get('fault') ?? undefined;
  if (pathname === '/device') return { kind: 'code', handle: query.get('user_code') ?? undefined, fault };
  if (pathname !== '/authorize') return undefined;
  return { kind: 'request', handle: query.get('request') ?? undefined, fault };
}

/** Through the identity provider for somebody without a session, and back to the page. */
export const openCode = (code: string): string =>
  `/api/auth/device?user_code=${encodeURIComponent(code.trim())}`;
