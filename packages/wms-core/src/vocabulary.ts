/**
 * All a browser or a worker node may know of the core: pure files only. Type-checked alone, without DOM and
 * Node types; nothing impure may be reachable from here (boundary rule `vocabulary-is-pure`).
 */
export * from './kernel/error-codes.ts';
export * from './kernel/wms-error.ts';
export * from './identity/group-properties.ts';
export * from './identity/principal.ts';
export * from './identity/log-ins/log-in-use-cases.ts';
export * from './identity/outside/token-grant.ts';
export * from './identity/tokens/token-use-cases.ts';
export { readUserCode, shownUserCode } from './identity/tokens/user-code.ts';
export { builtInClientId } from './identity/tokens/clients.ts';
export * from './audit/audit-actions.ts';
export * from './audit/audit-row.ts';
export * from './configuration/element-status.ts';
export * from './jobs/job-status.ts';
export * from './jobs/job-search.ts';
export * from './pilots/pilot-status.ts';
export * from './pilots/pilot-output-words.ts';
export * from './pilots/pilot-summary.ts';
export * from './matching/resource.ts';
export * from './task-queues/task-queue.ts';
export * from './use-cases.ts';
export * from './health/system-health.ts';
export * from './jobs/job-attributes.ts';
export * from './jobs/job-limits.ts';
export * from './jobs/container-image.ts';
export * from './jobs/effective-attributes.ts';
export * from './task-queues/cpu-segments.ts';
export * from './matching/match-rule.ts';
export * from './matching/rules/index.ts';
export * from './matching/match.ts';
export * from './accounting/plots.ts';
export * from './accounting/record-type.ts';
export * from './accounting/record-types.ts';
export * from './jobs/jdl/description.ts';
export * from './jobs/jdl/parse.ts';
export * from './jobs/jdl/print.ts';
export * from './jobs/attribute-reader.ts';
export { sizeInUnit, unitOfSize } from './jobs/size-units.ts';
export * from './jobs/job-manifest.ts';
export { mostKeptBytes } from './jobs/kept-length.ts';
export * from './jobs/minor-status.ts';
export * from './jobs/parametric-jobs.ts';
export * from './pilots/pilot-configuration.ts';
export * from './explain/causes/index.ts';
export { spanText } from './explain/words.ts';
export { pilotDecisionStates } from './pilots/pilot-decisions.ts';
