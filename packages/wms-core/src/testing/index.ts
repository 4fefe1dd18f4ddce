/** What tests of this and other packages need: real stores, a clock to move, builders of the nouns. */
export * from './accounting-check.ts';
export * from './builders.ts';
export * from './credential-world.ts';
export * from './directed-world.ts';
export * from './explained-world.ts';
export * from './fake-clock.ts';
export * from './fake-master-portal.ts';
export * from './grant-world.ts';
export * from './test-database.ts';
export * from './job-world.ts';
export { createClientTokens } from '../computing/tokens/client-token.adapter.ts';
export { tokenClientParameters } from '../computing/tokens/token-client.ts';
export { createJobCore } from '../job-core.ts';
export { createTokenGrants } from '../identity/outside/token-grants.service.ts';
export { createPilotSummary } from '../pilots/pilot-summary.service.ts';
export * from './postgres-cluster.ts';
export { postgresIsMissing } from './engines.ts';
export { PostgresConnection } from '../db/postgres-connection.ts';
