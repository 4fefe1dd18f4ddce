/**
 * Our authorization server in DiracX's dialect (rest-api.md §1.3, §1.4): log-in from a terminal or from another
 * portal, tokens and their end. The two `/bff` routes are the page on which a person decides.
 */
import { z } from 'zod';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';
import { membership } from './session.contract.ts';

const open = { kind: 'public' } as const;
const user = { kind: 'group' } as const;
const session = { kind: 'session' } as const;

const word = z.string().min(1).max(512);
const scope = z.string().max(2000);
const handle = z.string().min(1).max(64);

const askForDevice = z.object({ client_id: word.optional(), scope: scope.optional() });

/** Whatever the grant needs is checked by the handler, so that a wrong one is refused in the form of OAuth. */
const tokenForm = z.object({
  grant_type: word,
  client_id: word,
  device_code: word.optional(),
  code: word.optional(),
  redirect_uri: z.string().max(2000).optional(),
  code_verifier: z.string().max(128).optional(),
  refresh_token: word.optional(),
});

const texts = z.array(z.string());

export const tokenAnswer = z.object({
  access_token: z.string(),
  expires_in: z.number().int(),
  token_type: z.literal('Bearer'),
  refresh_token: z.string(),
});

export const authorizationRequest = z.object({
  kind: z.enum(['device', 'code']),
  /** With its dash, for comparison; null when there is none to compare. */
  userCode: z.string().nullable(),
  clientId: z.string(),
  clientName: z.string(),
  askedFrom: z.string(),
  askedAt: instant,
  expiresAt: instant,
  redirectUri: z.string().nullable(),
  /** Groups that may be granted, the proposed one first. */
  choices: z.array(membership),
  extraProperties: texts,
});

export const tokensRoutes = {
  'GET /.well-known/openid-configuration': {
    summary: 'Where the parts of the authorization server are',
    operationId: 'well_known_openid_configuration',
    access: open,
    success: {
      status: 200,
      body: z.object({
        issuer: z.string(),
        token_endpoint: z.string(),
        userinfo_endpoint: z.string(),
        authorization_endpoint: z.string(),
        device_authorization_endpoint: z.string(),
        revocation_endpoint: z.string(),
        introspection_endpoint: z.string(),
        jwks_uri: z.string(),
        grant_types_supported: texts,
        scopes_supported: texts,
        response_types_supported: texts,
        token_endpoint_auth_signing_alg_values_supported: texts,
        token_endpoint_auth_methods_supported: texts,
        code_challenge_methods_supported: texts,
      }),
    },
    errors: [],
  },
  'GET /.well-known/jwks.json': {
    summary: 'Public keys that check access tokens',
    operationId: 'well_known_jwks',
    access: open,
    success: { status: 200, body: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }) },
    errors: [],
  },
  'GET /.well-known/dirac-metadata': {
    summary: 'VOs and groups, for the choice at log-in',
    operationId: 'well_known_dirac_metadata',
    access: open,
    success: {
      status: 200,
      body: z.object({
        virtual_organizations: z.record(
          z.string(),
          z.object({
            groups: z.record(z.string(), z.object({ properties: texts })),
            support: z.object({
              message: z.string(),
              webpage: z.string().nullable(),
              email: z.string().nullable(),
            }),
            default_group: z.string(),
          }),
        ),
      }),
    },
    errors: [],
  },
  'GET /.well-known/security.txt': {
    summary: 'Whom to tell of a weakness (RFC 9116), as a JSON string',
    operationId: 'well_known_security_txt',
    access: open,
    success: { status: 200, body: z.string() },
    errors: [],
  },
  'POST /api/auth/device': {
    summary: 'Begin a log-in from a terminal (RFC 8628); query or form',
    operationId: 'auth_initiate_device_flow',
    access: open,
    query: askForDevice,
    body: askForDevice.prefault({}),
    bodyForm: 'urlencoded',
    success: {
      status: 200,
      body: z.object({
        user_code: z.string(),
        device_code: z.string(),
        verification_uri: z.string(),
        verification_uri_complete: z.string(),
        expires_in: z.number().int(),
      }),
    },
    errors: ['input.invalid', 'access.rate-limited'],
    example: { body: { client_id: 'myDIRACClientID', scope: 'vo:training.egi.eu' } },
  },
  'GET /api/auth/device': {
    summary: 'What the person opens: log-in at the identity provider, then the page on which to decide',
    operationId: 'auth_do_device_flow',
    access: open,
    query: z.object({ user_code: handle.optional() }),
    success: { status: 307 },
    errors: ['input.invalid', 'access.rate-limited', 'service.unavailable'],
  },
  'GET /api/auth/device/complete/finished': {
    summary: 'The last page of a log-in from a terminal',
    operationId: 'auth_finished',
    access: open,
    success: { status: 200, mediaType: 'text/html' },
    errors: [],
  },
  'GET /api/auth/authorize': {
    summary: 'Begin a log-in from another portal: authorization code with PKCE',
    operationId: 'auth_initiate_authorization_flow',
    access: open,
    query: z.object({
      response_type: z.literal('code'),
      code_challenge: z.string().max(128),
      code_challenge_method: z.literal('S256'),
      client_id: word,
      redirect_uri: z.string().max(2000),
      scope,
      state: z.string().max(2000),
    }),
    success: { status: 307 },
    errors: ['input.invalid', 'access.rate-limited', 'service.unavailable'],
  },
  'POST /api/auth/token': {
    summary: 'A device code, an authorization code or a refresh token for tokens',
    operationId: 'auth_get_oidc_token',
    access: open,
    body: tokenForm,
    bodyForm: 'urlencoded',
    maxBodyBytes: 16_384,
    success: { status: 200, body: tokenAnswer },
    errors: ['input.invalid', 'access.unauthenticated', 'access.denied'],
    example: {
      body: { grant_type: 'refresh_token', client_id: 'myDIRACClientID', refresh_token: 'zvN5…' },
    },
  },
  'POST /api/auth/revoke': {
    summary: 'End a refresh token (RFC 7009)',
    operationId: 'auth_revoke_refresh_token_by_refresh_token',
    access: open,
    body: z.object({
      token: z.string().max(16_384),
      token_type_hint: z.string().max(100).optional(),
      client_id: word.optional(),
    }),
    bodyForm: 'urlencoded',
    maxBodyBytes: 32_768,
    success: { status: 200, body: z.string() },
    errors: ['input.invalid', 'access.unauthenticated'],
    example: { body: { token: 'zvN5…', client_id: 'myDIRACClientID' } },
  },
  'POST /api/auth/introspect': {
    summary:
      'Whether a token is good and whose it is (RFC 7662); own ones, with ProxyManagement those of the VO',
    operationId: 'auth_introspect',
    access: user,
    body: z.object({ token: z.string().max(16_384), token_type_hint: z.string().max(100).optional() }),
    bodyForm: 'urlencoded',
    maxBodyBytes: 32_768,
    success: {
      status: 200,
      body: z.union([
        z.object({ active: z.literal(false) }),
        z.object({
          active: z.literal(true),
          scope: z.string(),
          client_id: z.string(),
          username: z.string(),
          token_type: z.enum(['Bearer', 'refresh_token']),
          exp: z.number().int(),
          sub: z.string(),
          iss: z.string(),
          jti: z.string(),
        }),
      ]),
    },
    errors: ['access.unauthenticated'],
    example: { body: { token: 'eyJh…' } },
  },
  'GET /api/auth/userinfo': {
    summary: 'Who the caller is',
    operationId: 'auth_userinfo',
    access: user,
    success: {
      status: 200,
      body: z.object({
        sub: z.string(),
        vo: z.string(),
        dirac_group: z.string(),
        policies: z.record(z.string(), z.unknown()),
        properties: texts,
        preferred_username: z.string(),
      }),
    },
    errors: ['access.unauthenticated'],
  },
  'GET /api/auth/legacy-exchange': {
    summary: 'Tokens of a user for a classic DIRAC server that holds the configured key',
    operationId: 'auth_legacy_exchange',
    access: open,
    query: z.object({
      preferred_username: z.string().min(1).max(128),
      scope,
      expires_minutes: z.coerce.number().int().min(0).max(43_200).default(60),
    }),
    success: { status: 200, body: tokenAnswer },
    errors: ['input.invalid', 'access.unauthenticated', 'service.unavailable'],
  },
  'GET /api/auth/refresh-tokens': {
    summary: 'Own refresh tokens; with ProxyManagement all of the VO, revoked ones too',
    operationId: 'auth_get_refresh_tokens',
    access: user,
    success: {
      status: 200,
      body: z.array(
        z.object({ JTI: z.string(), Status: z.number().int(), Scope: z.string(), Sub: z.string() }),
      ),
    },
    errors: ['access.unauthenticated'],
  },
  'DELETE /api/auth/refresh-tokens/:jti': {
    summary: 'End a refresh token by its id',
    operationId: 'auth_revoke_refresh_token_by_jti',
    access: user,
    params: z.object({ jti: z.string().max(64) }),
    success: { status: 200, body: z.string() },
    errors: ['input.invalid', 'access.denied', 'not-found'],
  },
  'GET /bff/authorizations/:handle': {
    summary: 'Which program asks to act for the person, by user code or handle of the page',
    operationId: 'get_authorization',
    access: session,
    params: z.object({ handle }),
    success: { status: 200, body: authorizationRequest },
    errors: ['input.invalid', 'not-found', 'conflict', 'code.expired', 'access.rate-limited'],
  },
  'POST /bff/authorizations/:handle': {
    summary: 'Approve or deny it',
    operationId: 'decide_authorization',
    access: session,
    params: z.object({ handle }),
    body: z.object({ approve: z.boolean(), group: z.string().max(64).optional() }),
    success: { status: 200, body: z.object({ redirectTo: z.string().nullable() }) },
    errors: [
      'input.invalid',
      'not-found',
      'conflict',
      'code.expired',
      'access.denied',
      'access.rate-limited',
    ],
    example: { body: { approve: true, group: 'training_user' } },
  },
} as const satisfies RouteTable;
