/**
 * Group entitlements of Check-in (AARC-G002, AARC-G069) → FQANs, credentials.md §2.3. Asked at log-in.
 * A value that cannot be read is dropped and counted, never the log-in. Which name spaces count is the
 * caller's: they are trusted per issuer.
 */
import { normaliseFqan } from './fqan.ts';

export interface ParsedEntitlements {
  readonly fqans: readonly string[];
  /** Values of a trusted name space that could not be read. */
  readonly dropped: number;
}

const maxLength = 1024;
const maxComponents = 16;

// Components become path parts of an FQAN, so nothing that would change the path may pass.
function decodeComponent(component: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(component);
  } catch {
    return undefined;
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return decoded === '' || /[\u0000-\u001f\u007f/]/.test(decoded) || decoded.includes('..')
    ? undefined
    : decoded;
}

// `urn:<nid>` is case-insensitive, the rest is not (RFC 8141).
function afterNamespace(value: string, namespace: string): string | undefined {
  const [scheme = '', nid = '', ...rest] = namespace.split(':');
  const head = value.split(':', 2);
  if (head[0]?.toLowerCase() !== scheme.toLowerCase() || head[1]?.toLowerCase() !== nid.toLowerCase())
    return undefined;
  const prefix = `${rest.join(':')}:`;
  const tail = value.slice(scheme.length + nid.length + 2);
  return tail.startsWith(prefix) ? tail.slice(prefix.length) : undefined;
}

/** The FQAN of one group path such as `vo.example.org:production:role=mgr`; undefined when unreadable. */
function fqanOfPath(path: string): string | undefined {
  const components = path.split(':');
  if (components.length > maxComponents) return undefined;
  const last = components.at(-1) ?? '';
  const role = last.startsWith('role=') ? decodeComponent(last.slice('role='.length)) : null;
  const groups = (role === null ? components : components.slice(0, -1)).map(decodeComponent);
  if (role === undefined || groups.length === 0 || groups.includes(undefined)) return undefined;
  const fqanPath = `/${groups.join('/')}`;
  if (groups.some((group) => group?.includes('='))) return undefined;
  return normaliseFqan(role === null || role === 'member' ? fqanPath : `${fqanPath}/Role=${role}`);
}

/**
 * FQANs of all values below one of `namespaces` (such as `urn:mace:egi.eu:group`), without duplicates, in
 * the order met. Membership of a sub-group or a role alone gives no membership of the parent.
 */
export function parseEntitlements(
  values: readonly string[],
  namespaces: readonly string[],
): ParsedEntitlements {
  const fqans = new Set<string>();
  let dropped = 0;
  for (const value of values) {
    const [urn = ''] = value.split('#', 1);
    const path = namespaces
      .map((namespace) => afterNamespace(urn, namespace))
      .find((tail) => tail !== undefined);
    if (path === undefined) continue;
    const fqan = value.length > maxLength ? undefined : fqanOfPath(path);
    if (fqan === undefined) dropped += 1;
    else fqans.add(fqan);
  }
  return { fqans: [...fqans], dropped };
}
