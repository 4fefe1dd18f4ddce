/**
 * The OpenAPI 3.1 document, made from the route tables and nothing else. Served at `/api/openapi.json`; the
 * reference pages are generated from it too.
 */
import { z } from 'zod';
import { problem } from './problem.ts';
import { routes, type RouteKey } from './index.ts';
import type { Access, Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

/** Object schemas of params and query become one parameter an entry. */
function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: shape,
  }));
}

function securityOf(access: Access): readonly Json[] {
  if (access.kind === 'public' || access.kind === 'signed') return [];
  return access.kind === 'pilot' ? [{ pilotToken: [] }] : signedIn(access);
}

/** Whoever acts in a group may do so with a token; the session itself is for browsers. */
const signedIn = ({ kind }: Access): readonly Json[] => [
  { sessionCookie: [], csrfToken: [] },
  ...(kind === 'group' ? [{ accessToken: [] }] : []),
];

const accessSentences: Readonly<Record<Access['kind'], string>> = {
  public: 'Open to everybody.',
  signed: 'The signature in the form or URL is the credential.',
  pilot: 'For pilots, with the bearer token bound to their stamp.',
  session: 'Needs a log-in.',
  group: 'Needs a log-in and membership in a group.',
};

const accessSentence = (access: Access): string =>
  access.kind === 'group' && access.anyOf !== undefined
    ? `Needs a log-in and a group with the property ${access.anyOf.join(' or ')}.`
    : accessSentences[access.kind];

const headersOf = (headers: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );

function successOf({ success }: Route): Json {
  const told = {
    description: success.status === 204 ? 'Done; no content' : 'Done',
    ...(success.headers === undefined ? {} : { headers: headersOf(success.headers) }),
  };
  if (success.body !== undefined)
    return { ...told, content: { 'application/json': { schema: jsonSchema(success.body, 'output') } } };
  if (success.mediaType !== undefined) return { ...told, content: { [success.mediaType]: {} } };
  return told;
}

function requestBodyOf(route: Route): Json {
  if (route.body === undefined) return {};
  const mediaType =
    route.bodyForm === 'urlencoded' ? 'application/x-www-form-urlencoded' : 'application/json';
  const example = route.example?.body === undefined ? {} : { example: route.example.body };
  return {
    requestBody: {
      required: true,
      content: { [mediaType]: { schema: jsonSchema(route.body, 'input'), ...example } },
    },
  };
}

function operationOf(key: RouteKey, route: Route): Json {
  const isDiracx = key.includes(' /api/');
  const codes =
    route.errors.length === 0 ? '' : ` Error codes: ${route.errors.map((code) => `\`${code}\``).join(', ')}.`;
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `${accessSentence(route.access)}${codes}`,
    tags: [key.split('/')[1]],
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...requestBodyOf(route),
    responses: {
      [String(route.success.status)]: successOf(route),
      default: { $ref: isDiracx ? '#/components/responses/DiracxError' : '#/components/responses/Problem' },
    },
    security: securityOf(route.access),
  };
}

function pathsOf(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [key, route] of Object.entries(routes) as [RouteKey, Route][]) {
    const [method = '', path = ''] = key.split(' ');
    const templated = path.replace(/:(\w+)/g, '{$1}');
    paths[templated] = { ...paths[templated], [method.toLowerCase()]: operationOf(key, route) };
  }
  return paths;
}

export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Workload Manager',
      version,
      description:
        'Paths below /api are those of DiracX; /bff serves the portal, /pilot worker nodes, /files presigned transfers.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: pathsOf(),
    components: {
      securitySchemes: {
        sessionCookie: { type: 'apiKey', in: 'cookie', name: '__Host-wm' },
        csrfToken: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
        accessToken: { type: 'openIdConnect', openIdConnectUrl: '/.well-known/openid-configuration' },
        pilotToken: { type: 'http', scheme: 'bearer' },
      },
      responses: {
        Problem: {
          description: 'What went wrong (RFC 9457)',
          content: { 'application/problem+json': { schema: jsonSchema(problem, 'output') } },
        },
        DiracxError: {
          description: 'What went wrong, in the form of DiracX',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { detail: {}, code: { type: 'string' } },
                required: ['detail'],
              },
            },
          },
        },
      },
    },
  };
}
