import { routes, type Route } from '@wm/api-contract';
import { callerKinds, propertyBundles, verdictOf, type CallerKind } from '@wm/bff/access-matrix';
import { code, document, table, type Page } from './markdown.ts';

const accessOf = ({ access }: Route): string => {
  if (access.kind !== 'group' || access.anyOf === undefined) return access.kind;
  return `group with ${access.anyOf.join(' or ')}`;
};

const list = (callers: readonly CallerKind[]): string =>
  callers.length === callerKinds.length ? 'everybody' : callers.map(({ name }) => name).join(', ') || '–';

function rowOf(key: string, route: Route): readonly string[] {
  const by = (wanted: string): readonly CallerKind[] =>
    callerKinds.filter((caller) => verdictOf(key, route, caller) === wanted);
  const isBySecret = by('own secret').length > 0;
  return [code(key), accessOf(route), isBySecret ? 'whoever holds its own secret' : list(by('in'))];
}

export const accessPage: Page = {
  file: 'access.md',
  title: 'Who may call what',
  render: () =>
    document(
      'Who may call what',
      'apps/bff/src/auth/access-matrix.ts',
      'Every route of the contract and the kinds of callers that are let in; all others are refused. Each cell is tried by `apps/bff/src/access.test.ts` and `apps/bff/src/certificate-door/door-access.test.ts`. What somebody who is let in may see and change is decided by VO, ownership and properties: `apps/bff/src/object-access.test.ts` tries every route that names an object as its owner, as colleague and manager of its VO and of another one; `apps/bff/src/vo-separation.test.ts` what bodies name.',
      '## Properties of the callers',
      table(
        ['Caller', 'Properties of his group'],
        Object.entries(propertyBundles).map(([name, properties]) => [name, properties.join(', ') || 'none']),
      ),
      '“token, …” is an access token of such a member; certificate and proxies are those of a user, at the certificate port. A newcomer is in no group; a suspended account has no group left.',
      '## Routes',
      table(
        ['Route', 'Declared access', 'Let in'],
        (Object.entries(routes) as [string, Route][]).map(([key, route]) => rowOf(key, route)),
      ),
    ),
};
