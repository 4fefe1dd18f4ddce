import { routes, type Access, type Route } from '@wm/api-contract';
import { code, document, table, type Page } from './markdown.ts';

function who(access: Access): string {
  if (access.kind === 'group') return access.anyOf ? `group with ${access.anyOf.join(' or ')}` : 'any group';
  return { public: 'everybody', session: 'logged in', pilot: 'pilot', signed: 'signature' }[access.kind];
}

const faces = [
  ['/api', 'DiracX shapes; access token, or session cookie with CSRF token'],
  ['/.well-known', 'By which clients find the rest'],
  ['/bff', 'The portal’s own; an access token does wherever a group is needed'],
  ['/pilot/v1', 'Worker nodes; bearer token of one stamp'],
  ['/files', 'Presigned doors'],
] as const;

const goodAnswer = ({ headers = {}, mediaType = '', status }: Route['success']): string =>
  [status, mediaType, ...Object.keys(headers).map(code)].filter((part) => part !== '').join(' ');

const entries: readonly (readonly [string, Route])[] = Object.entries(routes);

const section = ([prefix, note]: (typeof faces)[number]): string =>
  [
    `## ${prefix}`,
    `${note}.`,
    table(
      ['Route', 'Does', 'Who', 'Good answer', 'Errors'],
      entries
        .filter(([key]) => key.includes(` ${prefix}/`))
        .map(([key, route]) => [
          code(key),
          route.summary,
          who(route.access),
          goodAnswer(route.success),
          route.errors.map(code).join(' '),
        ]),
    ),
  ].join('\n\n');

export const restPage: Page = {
  file: 'rest.md',
  title: 'REST',
  render: () =>
    document(
      'REST',
      'packages/api-contract/src',
      'The shapes are in the OpenAPI document that every server offers at `/api/openapi.json`.',
      ...faces.map(section),
    ),
};
