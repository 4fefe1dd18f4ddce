/**
 * Fully qualified attribute names: `/vo[/group…][/Role=<r>][/Capability=<c>]` (OGF GFD.182, VOMS). Asked when
 * memberships are derived from entitlements and when groups of the configuration are compared with them.
 */
const part = /^[A-Za-z0-9._-]+$/;

/** Canonical form without `/Role=NULL` and `/Capability=…`; undefined when it is not an FQAN. */
export function normaliseFqan(text: string): string | undefined {
  if (!text.startsWith('/') || text.length > 1024) return undefined;
  const parts = text.slice(1).split('/');
  if (parts.at(-1)?.startsWith('Capability=')) parts.pop();
  const role = parts.at(-1)?.startsWith('Role=') ? parts.pop()?.slice('Role='.length) : undefined;
  if (parts.length === 0 || !parts.every((name) => part.test(name) && name !== '.' && name !== '..'))
    return undefined;
  if (role !== undefined && !part.test(role)) return undefined;
  const path = `/${parts.join('/')}`;
  return role === undefined || role === 'NULL' ? path : `${path}/Role=${role}`;
}
