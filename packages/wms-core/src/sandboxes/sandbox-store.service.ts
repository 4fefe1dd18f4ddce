/**
 * The sandbox store: announce, receive, look into and hand out the archives of jobs (wms.md §8). Owners upload
 * input, pilots the output of jobs they hold; jobs are given sandboxes inside the transaction of other services.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import { hasProperty } from '../identity/principal.ts';
import type { PilotPrincipal, UserPrincipal } from '../identity/principal.ts';
import { maySeeJob } from '../jobs/job-rights.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { SandboxFile, SandboxUpload, SandboxUseCases, UploadDoor } from '../use-cases.ts';
import { canOpenFormat } from './archive-reader.adapter.ts';
import { createPresignedTokens } from './presigned-token.adapter.ts';
import { mayReadSandbox } from './sandbox-access.ts';
import { createSandboxAssignment } from './sandbox-assignment.service.ts';
import type { SandboxAssignment } from './sandbox-assignment.service.ts';
import type { SandboxFiles } from './sandbox-files.adapter.ts';
import { contentTypes, doorLifetimeS, downloadToken, downloadUrl, uploadToken } from './sandbox-doors.ts';
import { longPfn, parseSandboxPfn, sandboxPfn } from './sandbox-url.ts';
import type { SandboxName, SandboxOwner } from './sandbox-url.ts';
import { findSandbox, insertSandbox, jobAccess, sandboxesOfJob, touchSandbox } from './sandbox.store.ts';
import type { AssignedSandbox } from './sandbox.store.ts';

export interface SandboxStoreDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly files: SandboxFiles;
  /** Key of presigned tokens, 32 bytes or more; all processes of an installation share it. */
  readonly signingKey: Uint8Array;
  /** Address of this server as clients see it, without a slash at the end. */
  readonly publicUrl: string;
  /** The same as worker nodes see it. */
  readonly serverUrlForPilots: string;
}

export type SandboxStore = SandboxUseCases & SandboxAssignment;

export const createSandboxStoreService = (deps: SandboxStoreDeps): SandboxStore => {
  const { database, clock, files } = deps;
  const tokens = createPresignedTokens(deps.signingKey, clock);
  const limits = () => deps.configuration.current().values.limits;

  const door = async (
    name: SandboxName,
    upload: SandboxUpload,
    maxBytes: number,
    serverUrl: string,
  ): Promise<UploadDoor> => {
    checkAnnouncement(upload, maxBytes);
    const pfn = sandboxPfn(name);
    const isStored = await database.write(() => touchIfStored(pfn, clock.nowMs()));
    if (isStored) return { pfn: longPfn(pfn), url: null, fields: {} };
    const token = tokens.sign(uploadToken, { pfn, sizeBytes: upload.sizeBytes }, doorLifetimeS.user);
    return { pfn: longPfn(pfn), url: `${serverUrl}/files/sandboxes`, fields: { token } };
  };

  /** Files of one side of a job its caller may read; throws `job.not-found` or `access.denied`. */
  const readable = (principal: UserPrincipal, jobId: number): Promise<readonly AssignedSandbox[]> =>
    database.read(function* () {
      const job = yield* jobAccess(jobId);
      const { jobVisibility } = deps.configuration.current().values;
      if (job === undefined || !(mayReadSandbox(principal, job) || maySeeJob(principal, jobVisibility, job)))
        throw noSuchJob(jobId);
      if (!mayReadSandbox(principal, job)) throw mayNotRead(jobId);
      return yield* sandboxesOfJob(jobId);
    });

  return {
    ...createSandboxAssignment({ ...deps, tokens }),

    beginUpload: async (principal, upload) => {
      if (!hasProperty(principal, 'NormalUser')) {
        throw new WmsError(
          'access.denied',
          `The group ${principal.group} may not store sandboxes; it needs NormalUser.`,
        );
      }
      const { vo, group, userName } = principal;
      return await door(
        { vo, ownerGroup: group, owner: userName, ...contentOf(upload) },
        upload,
        limits().inputSandboxBytes,
        deps.publicUrl,
      );
    },

    beginOutputUpload: async (pilot, jobId, attempt, upload) => {
      const job = await database.read(() => jobAccess(jobId));
      if (job === undefined) throw noSuchJob(jobId);
      checkHolder(pilot, jobId, attempt, job);
      const { vo, ownerGroup, owner } = job;
      return await door(
        { vo, ownerGroup, owner, ...contentOf(upload) },
        upload,
        limits().outputSandboxBytes,
        deps.serverUrlForPilots,
      );
    },

    receive: async (token, body) => {
      const { pfn, sizeBytes } = tokens.verify(uploadToken, token);
      const name = parseSandboxPfn(pfn);
      if (name === undefined) throw new Error('an upload token was signed for something that is no PFN');
      if (await database.write(() => touchIfStored(pfn, clock.nowMs()))) return { pfn: longPfn(pfn) };
      const { sandboxFiles, sandboxUnpackedBytes } = limits();
      const stored = await files.store(
        body,
        { checksum: name.checksum, sizeBytes, format: name.format },
        { files: sandboxFiles, unpackedBytes: sandboxUnpackedBytes },
      );
      const row = {
        ...name,
        pfn,
        sizeBytes,
        objectKey: stored.objectKey,
        entries: JSON.stringify(stored.files),
      };
      // After a failure the row may stand all the same, when only the answer was lost: then the file must be there. One
      // that no row knows goes with the next cleaning (`sandbox-cleaning.agent.ts`).
      const isNew = await database.write(() => insertSandbox(row, clock.nowMs()));
      // Two uploads of equal content ran side by side: the first one counts.
      if (!isNew) await files.remove(stored.objectKey);
      deps.log.info({ pfn, sizeBytes, files: stored.files.length }, 'sandbox.stored');
      return { pfn: longPfn(pfn) };
    },

    beginDownload: async (principal, pfn, fileName) => {
      const name = parseSandboxPfn(pfn);
      if (name === undefined) {
        throw new WmsError(
          'input.invalid',
          'pfn is no sandbox of this store; it begins with SB:SandboxSE|/S3/ or /S3/.',
          {
            field: 'pfn',
          },
        );
      }
      if (!mayReadSandbox(principal, name)) {
        throw new WmsError(
          'access.denied',
          `Invalid PFN. ${principal.userName} may not read sandboxes of ${name.owner}.`,
        );
      }
      const short = sandboxPfn(name);
      const isStored = await database.write(() => touchIfStored(short, clock.nowMs()));
      if (!isStored) throw noSuchSandbox();
      const facts = { pfn: short, ...(fileName === undefined ? {} : { fileName }) };
      const token = tokens.sign(downloadToken, facts, doorLifetimeS.user);
      return { url: downloadUrl(deps.publicUrl, token), expiresInS: doorLifetimeS.user };
    },

    open: async (token) => {
      const { pfn, fileName } = tokens.verify(downloadToken, token);
      const sandbox = await database.read(() => findSandbox(pfn));
      if (sandbox === undefined) throw noSuchSandbox();
      const { stream, sizeBytes } = await files.open(sandbox.objectKey);
      const plainName = `sandbox-${sandbox.checksum.slice(0, 12)}.${sandbox.format}`;
      return {
        stream,
        sizeBytes,
        fileName: fileName ?? plainName,
        contentType: contentTypes[sandbox.format],
      };
    },

    ofJob: async (principal, jobId) => {
      const sandboxes = await readable(principal, jobId);
      const of = (kind: AssignedSandbox['kind']) =>
        sandboxes.filter((each) => each.kind === kind).map(({ pfn }) => pfn);
      return { Input: of('Input'), Output: of('Output') };
    },

    files: async (principal, jobId, kind) =>
      (await readable(principal, jobId)).filter((sandbox) => sandbox.kind === kind).flatMap(entriesOf),

    file: async (principal, jobId, kind, name, maxBytes) => {
      for (const sandbox of await readable(principal, jobId)) {
        const entry = entriesOf(sandbox).find((candidate) => candidate.name === name);
        if (sandbox.kind !== kind || entry === undefined) continue;
        const bytes = await files.readFile(sandbox.objectKey, sandbox.format, name, maxBytes);
        if (bytes === undefined) break;
        return { bytes, sizeBytes: entry.sizeBytes, truncated: bytes.length < entry.sizeBytes };
      }
      throw new WmsError(
        'sandbox.not-found',
        `The ${kind.toLowerCase()} sandbox of job ${jobId} has no file ${name}.`,
        {
          jobId,
          name,
        },
      );
    },
  };
};

function* touchIfStored(pfn: string, atMs: number): Work<boolean> {
  const sandbox = yield* findSandbox(pfn);
  if (sandbox !== undefined) yield* touchSandbox(sandbox.sandboxId, atMs);
  return sandbox !== undefined;
}

const contentOf = ({ checksum, format }: SandboxUpload) => ({ checksum: checksum.toLowerCase(), format });

const entriesOf = (sandbox: AssignedSandbox): readonly SandboxFile[] =>
  JSON.parse(sandbox.entries) as SandboxFile[];

const checkAnnouncement = (upload: SandboxUpload, maxBytes: number): void => {
  if (!/^[0-9a-fA-F]{64}$/.test(upload.checksum)) {
    throw new WmsError('input.invalid', 'checksum must be a SHA-256 of 64 hexadecimal digits.', {
      field: 'checksum',
    });
  }
  if (!Number.isSafeInteger(upload.sizeBytes) || upload.sizeBytes < 1) {
    throw new WmsError('input.invalid', 'size must be the number of bytes, at least 1.', { field: 'size' });
  }
  if (upload.sizeBytes > maxBytes) {
    throw new WmsError('sandbox.too-large', `Sandbox too large, maximum allowed is ${maxBytes} bytes`, {
      maxBytes,
      sizeBytes: upload.sizeBytes,
    });
  }
  if (!canOpenFormat(upload.format)) {
    throw new WmsError(
      'input.invalid',
      `format ${upload.format} cannot be opened here; pack as tar.gz or tar.zst.`,
      {
        field: 'format',
      },
    );
  }
};

const checkHolder = (
  pilot: PilotPrincipal,
  jobId: number,
  attempt: number,
  job: SandboxOwner & { readonly attempt: number; readonly pilotStamp: string | null },
): void => {
  if (job.vo !== pilot.vo) throw noSuchJob(jobId);
  if (job.pilotStamp !== pilot.stamp || job.attempt !== attempt) {
    throw new WmsError(
      'job.stale-attempt',
      `Attempt ${attempt} of job ${jobId} is not held by this pilot (any more).`,
      {
        jobId,
        attempt,
      },
    );
  }
};

const noSuchJob = (jobId: number): WmsError =>
  new WmsError('job.not-found', `There is no job ${jobId}.`, { jobId });

const mayNotRead = (jobId: number): WmsError =>
  new WmsError(
    'access.denied',
    `The files of job ${jobId} are for its owner and the administrators of his VO.`,
    { jobId },
  );

const noSuchSandbox = (): WmsError =>
  new WmsError('sandbox.not-found', 'The sandbox is not stored here (any more).');
