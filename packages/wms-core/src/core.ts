/**
 * The composition root of the core: database, configuration, services and agents, built once from the ports of
 * the process and wired to each other. Everything a face may ask is on the `Core` it returns.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createAccountingCompactionAgent } from './accounting/accounting-compaction.agent.ts';
import { createAccountingReports } from './accounting/accounting-report.service.ts';
import { createJobHistoryAgent } from './accounting/job-history.agent.ts';
import { createAudit, createAuditAgent } from './audit/audit.service.ts';
import { computingElementFaults, computingElementTypeNames } from './computing/types/index.ts';
import { createEffectiveConfiguration } from './sites/effective-configuration.service.ts';
import { createSites } from './sites/sites.service.ts';
import { openConfiguration, type ConfigurationHolder } from './configuration/configuration-holder.service.ts';
import type { CorePorts, OpenCore } from './core-ports.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase, type OpenedDatabase } from './db/open-database.adapter.ts';
import { createEventLog } from './events/event-log.service.ts';
import { recordEvent } from './events/event.store.ts';
import { createExplanations } from './explain/explanations.service.ts';
import { MatchMeter } from './explain/match-meter.ts';
import { createAccountCertificates } from './identity/account-certificates.service.ts';
import { createAccountService } from './identity/account.service.ts';
import { CredentialHolds, type JobOwner } from './identity/credential-holds.ts';
import { createCredentialReminders } from './identity/credential-reminders.agent.ts';
import { createCredentialStoreAgent } from './identity/credential-store.agent.ts';
import { createCredentialWatch, type CredentialWatch } from './identity/credential-watch.agent.ts';
import { createLinkedLogIns } from './identity/log-ins/linked-log-ins.service.ts';
import { createProxyProviders } from './identity/issuing/index.ts';
import { createProxyRenewal } from './identity/issuing/proxy-renewal.agent.ts';
import { createRevocationListAgent, publishRevocations } from './identity/issuing/revocation-list.agent.ts';
import { createKeyPool } from './identity/key-pool.ts';
import { keyEncryptionKey, type KeyEncryptionKey } from './identity/key-envelope.adapter.ts';
import type { OutsideProviders } from './identity/outside/token-grant.ts';
import { createTokenGrants } from './identity/outside/token-grants.service.ts';
import { openMemberService } from './identity/member-sync/member-services.adapter.ts';
import { createMemberSyncAgent } from './identity/member-sync/member-sync.agent.ts';
import { createPilotProxies, type PilotProxies } from './identity/pilot-proxies.service.ts';
import { createProxyManager } from './identity/proxy-manager.service.ts';
import { createRegistry } from './identity/registry/registry.service.ts';
import { createRevocationWatch } from './identity/revocation-watch.agent.ts';
import { createTokens } from './identity/tokens/tokens.service.ts';
import { createTrustFolder } from './identity/trust-folder.adapter.ts';
import { createVomsAttributes, createVomsFolders } from './identity/voms/index.ts';
import { createJobCore, type JobCore } from './job-core.ts';
import { readJdl } from './jobs/jdl/parse.ts';
import { openNamedSandboxes } from './jobs/bulk/named-jobs.service.ts';
import { createJobCleaningAgent } from './jobs/job-cleaning.agent.ts';
import { createListening } from './jobs/listening-since.ts';
import { createStalledJobsAgent } from './jobs/stalled-jobs.agent.ts';
import { lockedAgent } from './kernel/locked-agent.ts';
import { silentMetrics } from './kernel/metrics.ts';
import { WmsError } from './kernel/wms-error.ts';
import { fits } from './matching/match.ts';
import { createObservation } from './metrics/observation.service.ts';
import { observeDatabase, type ObservedDatabase } from './metrics/observed-database.ts';
import { createNoticeService } from './notices/notice.service.ts';
import { createPilots, type Pilots } from './pilots/pilots.service.ts';
import { createSandboxCleaningAgent } from './sandboxes/sandbox-cleaning.agent.ts';
import { createSandboxFiles } from './sandboxes/sandbox-files.adapter.ts';
import { createSandboxStoreService } from './sandboxes/sandbox-store.service.ts';
import { createUserDocumentService } from './user-documents/user-document.service.ts';

export type { CorePorts, OpenCore } from './core-ports.ts';
export * from './vocabulary.ts';

/**
 * Opens database and configuration, migrates, composes. Throws `configuration.invalid`. Nothing runs by itself
 * before `start()`.
 */
export async function createCore(ports: CorePorts): Promise<OpenCore> {
  const { dataFolder, clock, log } = ports;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const configuration = await openConfiguration({
    path: ports.configurationFile,
    clock,
    log,
    elsewhere: {
      computingElementFaults,
      computingElementTypes: computingElementTypeNames,
      parseJdl: readJdl,
    },
  });
  const opened = await openDatabase(ports).catch((error: unknown) => {
    configuration.close();
    throw error;
  });
  const observed = observeDatabase(opened.database, ports.metrics ?? silentMetrics);
  const { database } = observed;
  try {
    const applied = await migrate(database, undefined, clock);
    if (applied.length > 0) log.info({ applied }, 'database.migrated');
    return await compose(ports, { ...opened, observed }, configuration);
  } catch (error) {
    configuration.close();
    await database.close();
    throw error;
  }
}

async function compose(
  ports: CorePorts,
  opened: Omit<OpenedDatabase, 'database'> & { readonly observed: ObservedDatabase },
  file: ConfigurationHolder,
): Promise<OpenCore> {
  const { clock, log, dataFolder, metrics } = ports;
  const { observed, broadcast, locks } = opened;
  const { database } = observed;
  const effective = await createEffectiveConfiguration({ file, database, broadcast, clock, log });
  const { configuration } = effective;
  const shared = { database, broadcast, clock, log, metrics, configuration };
  const files = createSandboxFiles({ folder: join(dataFolder, 'sandboxes'), clock });
  const sandboxes = createSandboxStoreService({
    ...shared,
    files,
    signingKey: ports.signingKey,
    publicUrl: ports.publicUrl,
    serverUrlForPilots: ports.serverUrlForPilots,
  });
  const identity = {
    ...shared,
    standInIssuers: ports.standInIssuers ?? [],
    configuredCertificates: ports.configuredCertificates ?? [],
  };
  const trust = createTrustFolder({
    anchors: ports.trustFolders,
    clock,
    log,
    isListRequired: ports.isRevocationListRequired ?? true,
  });
  const keys = createKeyPool();
  const voms = createVomsAttributes({
    keys,
    clock,
    log,
    trust,
    folders: createVomsFolders({
      vomses: ports.vomses ?? '/etc/vomses',
      vomsdir: ports.vomsdir ?? '/etc/grid-security/vomsdir',
      clock,
      log,
    }),
  });
  const { issuingAuthority } = ports;
  if (issuingAuthority !== undefined) await publishRevocations({ database, clock, issuingAuthority, trust });
  const mails = {
    mailsFrom: ports.smtpUrl === undefined ? undefined : { portalUrl: ports.publicUrl },
  };
  const meter = new MatchMeter();
  const keyEncryptionKeys = ports.keyEncryptionKeys.map(sealingKey);
  const holds = new CredentialHolds(() => clock.nowMs());
  const tokenGrants = createTokenGrants({
    ...identity,
    keyEncryptionKeys,
    providers: ports.outsideProviders ?? noProviders,
    onGroupsChanged: () => credentialWatch.proxyChanged(),
  });
  const proxyParts = {
    ...identity,
    keyEncryptionKeys,
    trust,
    voms,
    keys,
    proxyProvider: createProxyProviders({ ...shared, trust, keys, grants: tokenGrants, issuingAuthority }),
    onProxyChanged: () => credentialWatch.proxyChanged(),
  };
  const proxies = createProxyManager(proxyParts);
  const accounts = createAccountService(identity);
  const tokens = createTokens({ ...identity, issuer: ports.publicUrl, keyEncryptionKeys });
  const registry = createRegistry({
    ...identity,
    ...mails,
    onSuspended: () => void revocations?.runOnce(),
  });
  const revocations = issuingAuthority && createRevocationListAgent({ ...shared, issuingAuthority, trust });
  const isHeld = (owner: JobOwner): boolean => holds.reasonFor(owner) !== undefined;
  const { jobCore, pilots } = await composeJobs(ports, shared, createPilotProxies(proxyParts), {
    random: Math.random,
    noteMatch: (taskQueue) => meter.note(taskQueue, clock.nowMs()),
    requireProxy: (principal) => proxies.requireProxy(principal),
    assignInputSandboxes: (...given) => sandboxes.assignInputSandboxes(...given),
    assignBulkSandboxes: (...given) => sandboxes.assignBulkSandboxes(...given),
    assignOutputSandbox: (...given) => sandboxes.assignOutputSandbox(...given),
    inputSandboxDoors: (jobId) => sandboxes.inputDoors(jobId),
    unassignSandboxes: (jobId) => sandboxes.unassign(jobId),
    isHeld,
    async currentPrincipal(principal) {
      const memberships = await accounts.memberships(principal.accountId);
      const now = memberships.find(({ vo, group }) => vo === principal.vo && group === principal.group);
      return now && { ...principal, properties: now.properties };
    },
  });
  const explanations = createExplanations({
    ...shared,
    ...jobCore,
    proxies,
    meter,
    isHeld,
    openings: () => effective.openings(),
  });
  const events = createEventLog(shared);
  let beating: NodeJS.Timeout | undefined;
  const listening = createListening(clock);
  const credentialWatch: CredentialWatch = createCredentialWatch({
    ...shared,
    holds,
    outlookOf: (owner) => proxies.outlookOf(owner),
    onReleased: () => jobCore.index.callAgain(),
  });
  const agents = [
    createStalledJobsAgent({ ...jobCore, ...shared, listeningSinceMs: listening.sinceMs }),
    jobCore.optimizerAgent,
    createJobCleaningAgent({
      ...shared,
      ...jobCore,
      unassignBulkSandboxes: (bulkId) => sandboxes.unassignBulk(bulkId),
    }),
    jobCore.operationsAgent,
    createSandboxCleaningAgent({ ...shared, files }),
    ...explanations.agents,
    createJobHistoryAgent(shared),
    createAccountingCompactionAgent(shared),
    createAuditAgent(shared),
    createCredentialStoreAgent({ ...shared, keyEncryptionKeys }),
    createRevocationWatch({ ...shared, trust, onProxyChanged: () => credentialWatch.proxyChanged() }),
    createProxyRenewal(proxyParts),
    createMemberSyncAgent({ ...shared, open: (service, vo) => openMemberService(service, vo, { trust }) }),
    ...createCredentialReminders(ports, shared),
    pilots.director,
    pilots.outputAgent,
    jobCore.bulkExpansion,
    tokens.agent,
    tokenGrants.agent,
  ].map((agent) => lockedAgent(agent, { locks, clock, log }));
  // What every process does for itself.
  const ownAgents = [
    effective.agent,
    ...jobCore.ownAgents,
    ...pilots.ownAgents,
    ...explanations.ownAgents,
    credentialWatch,
    ...(revocations === undefined ? [] : [revocations]),
  ];
  jobCore.index.onEntered((taskQueue) => {
    if (!holds.isKnown(taskQueue)) credentialWatch.wake();
    pilots.director.wake();
  });
  configuration.onChange(async ({ version }) => {
    await jobCore.dispatches.refresh();
    pilots.director.wake();
    await database.write(() => recordEvent({ ...everybodys, id: version, atMs: clock.nowMs() }));
  });

  const keyEncryptionKeyIds = keyEncryptionKeys.map(({ id }) => id);
  const observation = { ports, observed, configuration, jobCore, isHeld, agents, trust, keyEncryptionKeyIds };
  return {
    operations: jobCore.operations,
    ...createObservation(observation),
    bulks: jobCore.bulks,
    monitoring: jobCore.monitoring,
    explain: explanations.useCases,
    pilots: pilots.useCases,
    accounting: createAccountingReports(shared),
    sandboxes: openNamedSandboxes(sandboxes, jobCore.makeNamedJobs),
    accounts,
    certificates: createAccountCertificates({
      ...identity,
      trust,
      onProxyChanged: () => credentialWatch.proxyChanged(),
    }),
    logIns: createLinkedLogIns({
      ...identity,
      ...mails,
      onGroupsChanged: () => credentialWatch.proxyChanged(),
    }),
    proxies,
    tokens: tokens.useCases,
    tokenGrants: tokenGrants.useCases,
    audit: createAudit(shared),
    registry,
    notices: createNoticeService(shared),
    sites: createSites({ database, clock, log, effective }),
    documents: createUserDocumentService(shared),
    events,
    configuration,
    database,
    async start() {
      configuration.watch();
      listening.beat();
      beating = setInterval(() => listening.beat(), beatMs).unref();
      for (const agent of [...agents, ...ownAgents]) agent.start();
    },
    async stop() {
      clearInterval(beating);
      await Promise.all([...agents, ...ownAgents].map((agent) => agent.stop()));
      events.close();
      configuration.close();
      await database.close();
    },
  };
}

const beatMs = 5000;

type Shared = Pick<
  Parameters<typeof createJobCore>[0],
  'database' | 'broadcast' | 'clock' | 'log' | 'metrics' | 'configuration'
>;
type JobPorts = Omit<Parameters<typeof createJobCore>[0], keyof Shared | 'pilotMatched'>;

/** Jobs tell pilots of matches, pilots tell jobs of their end: each is built with the other still to come. */
async function composeJobs(
  ports: CorePorts,
  shared: Shared,
  storedProxy: PilotProxies,
  jobPorts: JobPorts,
): Promise<{ jobCore: JobCore; pilots: Pilots }> {
  const jobCore: JobCore = await createJobCore({
    ...shared,
    ...jobPorts,
    pilotMatched: (pilot, jobId) => pilots.moves.matched(pilot, jobId),
  });
  const pilots: Pilots = createPilots({
    ...shared,
    dataFolder: ports.dataFolder,
    pilotFile: ports.pilotBundlePath,
    singlePilotFile: ports.singlePilotFile,
    storedProxy,
    serverUrlForPilots: ports.serverUrlForPilots,
    onPilotEnded: (stamp, reason) => jobCore.lostJobs.pilotEnded(stamp, reason),
    // No pilot is sent for jobs that are held.
    taskQueues: () => jobCore.index.all().filter((taskQueue) => !jobPorts.isHeld(taskQueue)),
    fits,
  });
  return { jobCore, pilots };
}

const noProviders: OutsideProviders = {
  get() {
    throw new WmsError('not-found', 'There is no identity provider to ask.');
  },
};

const everybodys = { noun: 'configuration', vo: null, owner: null, ownerGroup: null } as const;

/** The id is made from the key, so the same key has the same id everywhere. */
const sealingKey = (bytes: Uint8Array): KeyEncryptionKey =>
  keyEncryptionKey(createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes);
