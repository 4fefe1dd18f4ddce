/** Membership: asking for it, deciding, members of a VO, suspension, and what a log-in would get. */
import { z } from 'zod';
import { requestDecisions } from '@wm/wms-core/vocabulary';
import type { RouteTable } from './route.ts';
import { instant } from './shapes.ts';

/** People in no group may ask, too. */
const session = { kind: 'session' } as const;
const manager = { kind: 'group', anyOf: ['UserManager'] } as const;

const requestId = z.coerce.number().int().positive();
const accountId = z.string().min(1).max(64);
const groupName = z.string().min(1).max(64);
const reason = z.string().max(2000);

export const membershipRequest = z.object({
  requestId: z.number().int(),
  vo: z.string(),
  accountId: z.string(),
  userName: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  motivation: z.string(),
  requestedAt: instant,
  decision: z.enum(requestDecisions).nullable(),
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
  /** Of a refusal; of a grant the group. */
  reason: z.string(),
});

export const voMember = z.object({
  accountId: z.string(),
  userName: z.string(),
  displayName: z.string(),
  email: z.string().nullable(),
  lastLogInAt: instant,
  groups: z.array(
    z.object({
      group: z.string(),
      sources: z.array(z.enum(['configuration', 'entitlement', 'synchronised', 'granted'])),
    }),
  ),
  suspension: z.object({ reason: z.string(), by: z.string(), at: instant.nullable() }).nullable(),
});

const oneRequest = { status: 200, body: z.object({ request: membershipRequest }) } as const;

export const registryRoutes = {
  'GET /bff/registry/open-vos': {
    summary: 'VOs that take requests for membership',
    operationId: 'list_open_vos',
    access: session,
    success: {
      status: 200,
      body: z.object({
        vos: z.array(
          z.object({
            vo: z.string(),
            description: z.string(),
            group: z.string(),
            isMember: z.boolean(),
          }),
        ),
      }),
    },
    errors: [],
  },
  'GET /bff/registry/own-requests': {
    summary: 'Own requests for membership, newest first',
    operationId: 'list_own_requests',
    access: session,
    success: { status: 200, body: z.object({ requests: z.array(membershipRequest) }) },
    errors: [],
  },
  'POST /bff/registry/own-requests': {
    summary: 'Ask the managers of a VO for membership',
    operationId: 'request_membership',
    access: session,
    body: z.object({ vo: groupName, motivation: reason }),
    success: { status: 201, body: z.object({ request: membershipRequest }) },
    errors: ['input.invalid', 'not-found', 'conflict'],
    example: {
      body: { vo: 'vo.access.egi.eu', motivation: 'Docking runs for my thesis at Example University' },
    },
  },
  'DELETE /bff/registry/own-requests/:requestId': {
    summary: 'Withdraw an own request that nobody decided yet',
    operationId: 'withdraw_request',
    access: session,
    params: z.object({ requestId }),
    success: { status: 204 },
    errors: ['not-found', 'conflict'],
  },
  'GET /bff/registry/own-suspensions': {
    summary: 'VOs that the account is suspended in, and why',
    operationId: 'list_own_suspensions',
    access: session,
    success: {
      status: 200,
      body: z.object({
        suspensions: z.array(z.object({ vo: z.string(), reason: z.string(), by: z.string().nullable() })),
      }),
    },
    errors: [],
  },
  'GET /bff/registry/requests': {
    summary: 'Requests for membership of the VO: open ones first',
    operationId: 'list_requests',
    access: manager,
    success: {
      status: 200,
      /** `grantableGroups`: those that the caller may make somebody a member of. */
      body: z.object({ requests: z.array(membershipRequest), grantableGroups: z.array(groupName) }),
    },
    errors: [],
  },
  'POST /bff/registry/requests/:requestId/grant': {
    summary: 'Make the account a member of a group of the VO',
    operationId: 'grant_request',
    access: manager,
    params: z.object({ requestId }),
    body: z.object({ group: groupName }),
    success: oneRequest,
    errors: ['input.invalid', 'access.denied', 'not-found', 'conflict'],
    example: { body: { group: 'access_user' } },
  },
  'POST /bff/registry/requests/:requestId/refuse': {
    summary: 'Refuse a request; the user reads the reason',
    operationId: 'refuse_request',
    access: manager,
    params: z.object({ requestId }),
    body: z.object({ reason }),
    success: oneRequest,
    errors: ['input.invalid', 'not-found', 'conflict'],
    example: { body: { reason: 'Please ask the VO of your own community' } },
  },
  'GET /bff/registry/members': {
    summary: 'Members of the VO, their groups and why',
    operationId: 'list_members',
    access: manager,
    success: { status: 200, body: z.object({ members: z.array(voMember) }) },
    errors: [],
  },
  'GET /bff/registry/synchronisation': {
    summary: 'What the membership service of the VO told last; null when there is none',
    operationId: 'get_member_synchronisation',
    access: manager,
    success: {
      status: 200,
      body: z.object({
        synchronisation: z
          .object({
            source: z.string(),
            members: z.number(),
            synchronisedAt: instant.nullable(),
            /** Why the last try changed nothing. */
            failure: z.string().nullable(),
          })
          .nullable(),
      }),
    },
    errors: [],
  },
  'DELETE /bff/registry/members/:accountId/groups/:group': {
    summary: 'End a membership that was granted here',
    operationId: 'end_membership',
    access: manager,
    params: z.object({ accountId, group: groupName }),
    success: { status: 204 },
    errors: ['not-found'],
  },
  'PUT /bff/registry/members/:accountId/suspension': {
    summary: 'Suspend an account in the VO, at once',
    operationId: 'suspend_member',
    access: manager,
    params: z.object({ accountId }),
    body: z.object({ reason }),
    success: { status: 204 },
    errors: ['input.invalid', 'not-found'],
    example: { body: { reason: 'The key was found on a public host' } },
  },
  'DELETE /bff/registry/members/:accountId/suspension': {
    summary: 'Lift a suspension',
    operationId: 'resume_member',
    access: manager,
    params: z.object({ accountId }),
    success: { status: 204 },
    errors: ['not-found'],
  },
  'POST /bff/registry/preview': {
    summary: 'What groups of the VO a log-in with these entitlements would get; changes nothing',
    operationId: 'preview_log_in',
    access: manager,
    body: z.object({
      userName: z.string().max(64).default(''),
      entitlements: z.array(z.string().max(2000)).max(500),
    }),
    success: {
      status: 200,
      body: z.object({
        fqans: z.array(z.string()),
        dropped: z.number().int(),
        ignored: z.number().int(),
        groups: z.array(z.object({ group: z.string(), because: z.string() })),
        missing: z.array(z.object({ group: z.string(), needs: z.string() })),
      }),
    },
    errors: ['input.invalid'],
    example: {
      body: { entitlements: ['urn:mace:egi.eu:group:vo.access.egi.eu:role=member#aai.egi.eu'] },
    },
  },
} as const satisfies RouteTable;
