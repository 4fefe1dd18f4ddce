/**
 * Which job uses which sandbox. Generators, so that submission, matching, reports and cleaning do it inside
 * their own transaction.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Work } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { PresignedTokens } from './presigned-token.adapter.ts';
import { mayAssignSandbox } from './sandbox-access.ts';
import { doorLifetimeS, downloadToken, downloadUrl } from './sandbox-doors.ts';
import { longPfn, parseSandboxPfn, sandboxPfn } from './sandbox-url.ts';
import type { SandboxOwner } from './sandbox-url.ts';
import {
  addReferences,
  deleteAssignments,
  deleteBulkSandboxes,
  findSandbox,
  insertAssignment,
  insertBulkSandbox,
  jobAccess,
  ownSandboxesOfJob,
  sandboxesOfJob,
} from './sandbox.store.ts';
import type { SandboxRow } from './sandbox.store.ts';

export interface SandboxAssignment {
  /**
   * Gives all these new jobs of one owner the same input sandboxes, in order, and answers their size in bytes.
   * Throws `sandbox.not-found` for a PFN that is not stored or not the owner's to use.
   */
  assignInputSandboxes(owner: SandboxOwner, jobIds: readonly number[], pfns: readonly string[]): Work<number>;
  /**
   * Gives a bulk of one owner the input sandboxes of all its jobs, and answers their size in bytes; it counts as one
   * user of each. Throws as `assignInputSandboxes`.
   */
  assignBulkSandboxes(owner: SandboxOwner, bulkId: number, pfns: readonly string[]): Work<number>;
  /** Frees the input of a bulk that is removed. */
  unassignBulk(bulkId: number): Work<void>;
  /**
   * The output of an attempt; replaces that of an earlier attempt, repeating is harmless. Answers its size. Throws
   * `sandbox.assigned` when the attempt has another one, `sandbox.not-found`, `job.not-found`.
   */
  assignOutputSandbox(jobId: number, attempt: number, pfn: string): Work<number>;
  /** Frees both sides of a job that is removed. */
  unassign(jobId: number): Work<void>;
  /** Presigned downloads of the input sandboxes for the pilot that matched the job, in JDL order. */
  inputDoors(jobId: number): Work<readonly { readonly pfn: string; readonly url: string }[]>;
}

export interface SandboxAssignmentDeps {
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly tokens: PresignedTokens;
  /** Address of this server as worker nodes see it. */
  readonly serverUrlForPilots: string;
}

export const createSandboxAssignment = (deps: SandboxAssignmentDeps): SandboxAssignment => {
  const { clock, tokens } = deps;

  const groupShares = ({ vo, ownerGroup }: SandboxOwner): boolean =>
    deps.configuration.current().values.vos[vo]?.groups[ownerGroup]?.properties.includes('JobSharing') ??
    false;

  function* usable(owner: SandboxOwner, pfn: string): Work<SandboxRow> {
    const name = parseSandboxPfn(pfn);
    const isAllowed = name !== undefined && mayAssignSandbox(owner, name, groupShares(owner));
    const sandbox = isAllowed ? yield* findSandbox(sandboxPfn(name)) : undefined;
    if (sandbox === undefined) {
      throw new WmsError(
        'sandbox.not-found',
        `The sandbox ${pfn.slice(0, 256)} does not exist, or ${owner.owner} may not use it; upload it first.`,
        { pfn: pfn.slice(0, 256) },
      );
    }
    return sandbox;
  }

  return {
    *assignInputSandboxes(owner, jobIds, pfns) {
      let bytes = 0;
      for (const [position, pfn] of pfns.entries()) {
        const { sandboxId, sizeBytes } = yield* usable(owner, pfn);
        bytes += sizeBytes;
        for (const jobId of jobIds) {
          yield* insertAssignment({ jobId, kind: 'Input', position, attempt: 1, sandboxId });
        }
        yield* addReferences(sandboxId, jobIds.length, clock.nowMs());
      }
      return bytes;
    },

    *assignBulkSandboxes(owner, bulkId, pfns) {
      let bytes = 0;
      for (const [position, pfn] of pfns.entries()) {
        const { sandboxId, sizeBytes } = yield* usable(owner, pfn);
        bytes += sizeBytes;
        yield* insertBulkSandbox(bulkId, position, sandboxId);
        yield* addReferences(sandboxId, 1, clock.nowMs());
      }
      return bytes;
    },

    *unassignBulk(bulkId) {
      for (const sandboxId of yield* deleteBulkSandboxes(bulkId))
        yield* addReferences(sandboxId, -1, clock.nowMs());
    },

    *assignOutputSandbox(jobId, attempt, pfn) {
      const job = yield* jobAccess(jobId);
      if (job === undefined) throw new WmsError('job.not-found', `There is no job ${jobId}.`, { jobId });
      const { sandboxId, sizeBytes } = yield* usable(job, pfn);
      const before = (yield* sandboxesOfJob(jobId)).filter(({ kind }) => kind === 'Output');
      if (before.some((sandbox) => sandbox.sandboxId === sandboxId && sandbox.attempt === attempt))
        return sizeBytes;
      if (before.some((sandbox) => sandbox.attempt >= attempt)) {
        throw new WmsError(
          'sandbox.assigned',
          `Sandbox already assigned: job ${jobId} has the output of attempt ${attempt}.`,
          {
            jobId,
            attempt,
          },
        );
      }
      yield* deleteAssignments(jobId, 'Output');
      for (const old of before) yield* addReferences(old.sandboxId, -1, clock.nowMs());
      yield* insertAssignment({ jobId, kind: 'Output', position: 0, attempt, sandboxId });
      yield* addReferences(sandboxId, 1, clock.nowMs());
      return sizeBytes;
    },

    *unassign(jobId) {
      const sandboxes = yield* ownSandboxesOfJob(jobId);
      yield* deleteAssignments(jobId, 'both');
      for (const { sandboxId } of sandboxes) yield* addReferences(sandboxId, -1, clock.nowMs());
    },

    *inputDoors(jobId) {
      const inputs = (yield* sandboxesOfJob(jobId)).filter(({ kind }) => kind === 'Input');
      return inputs.map(({ pfn }) => {
        const token = tokens.sign(downloadToken, { pfn }, doorLifetimeS.pilot);
        return { pfn: longPfn(pfn), url: downloadUrl(deps.serverUrlForPilots, token) };
      });
    },
  };
};
