/** The texts that A-REX 6 is configured with: pure. Asked by `arex.ts`. */
import { tokenRule } from './arex-issuer.ts';
import type { TestCertificates } from './test-certificates.ts';

export interface ArexPlaces {
  readonly folder: string;
  readonly port: number;
  /** Local account of all jobs, `user:group`. */
  readonly account: string;
  readonly certificates: TestCertificates;
  /** Whose tokens are taken. */
  readonly issuerUrl: string;
}

/** `arc.conf`: one queue, back-end fork, one person, by certificate or by token. */
export const arcConf = ({ folder, port, account, certificates, issuerUrl }: ArexPlaces): string => `[common]
hostname = localhost
x509_host_key = ${certificates.hostKey}
x509_host_cert = ${certificates.hostCertificate}
x509_cert_dir = ${certificates.trustFolder}
[authgroup:pilots]
subject = ${certificates.subject}
authtokens = ${tokenRule.subject} ${issuerUrl} ${tokenRule.audience} * *
[mapping]
map_to_user = pilots ${account}
[authtokens]
[lrms]
lrms = fork
[arex]
controldir = ${folder}/control
sessiondir = ${folder}/session
runtimedir = ${folder}/runtime
tmpdir = ${folder}/tmp
logfile = ${folder}/log/arex.log
pidfile = ${folder}/arex.pid
joblog = ${folder}/log/jobs.log
helperlog = ${folder}/log/helper.log
loglevel = 3
wakeupperiod = 1
maxjobs = 1000 200 1000 -1 1000
delegationdb = sqlite
shared_filesystem = yes
[arex/data-staging]
logfile = ${folder}/log/staging.log
statefile = ${folder}/control/dtr.state
[arex/ws]
wsurl = https://localhost:${port}/arex
logfile = ${folder}/log/ws.log
pidfile = ${folder}/ws.pid
[arex/ws/jobs]
allowaccess = pilots
[infosys]
logfile = ${folder}/log/infoprovider.log
[infosys/glue2]
[infosys/cluster]
advertisedvo = vo.example.org
[queue:fork]
advertisedvo = vo.example.org
`;

const head = (folder: string, name: string): string => `<?xml version="1.0"?>
<ArcConfig xmlns="http://www.nordugrid.org/schemas/ArcConfig/2007" xmlns:tcp="http://www.nordugrid.org/schemas/ArcMCCTCP/2007" xmlns:arex="http://www.nordugrid.org/schemas/a-rex/Config">
<Server><PidFile>${folder}/${name}.pid</PidFile><Logger><File>${folder}/log/${name}.log</File><Level>INFO</Level></Logger></Server>
<ModuleManager><Path>/usr/lib/arc/</Path></ModuleManager>`;

const plugins = (names: readonly string[]): string =>
  names.map((name) => `<Plugins><Name>${name}</Name></Plugins>`).join('');

/** What the packages' start script writes for the job half, with an information provider that runs every second. */
export const jobsXml = ({ folder, port }: ArexPlaces): string => `${head(folder, 'arex')}
${plugins(['arex'])}
<Chain><Service name="a-rex" id="a-rex">
<arex:endpoint>https://localhost:${port}/arex</arex:endpoint>
<arex:gmconfig>${folder}/arex.cfg</arex:gmconfig>
<arex:InfoproviderWakeupPeriod>10</arex:InfoproviderWakeupPeriod>
</Service></Chain></ArcConfig>`;

/** The same for the web half, which listens on loopback only. */
export const webXml = ({ folder, port, certificates }: ArexPlaces): string => `${head(folder, 'ws')}
${plugins(['mcctcp', 'mcctls', 'mcchttp', 'mccsoap', 'arex', 'identitymap', 'arcshc', 'arcshclegacy', 'arcshcotokens'])}
<Chain>
<Component name="tcp.service" id="tcp"><next id="tls"/><tcp:Listen><tcp:Port>${port}</tcp:Port><tcp:Interface>127.0.0.1</tcp:Interface></tcp:Listen></Component>
<Component name="tls.service" id="tls"><next id="http"/>
<KeyPath>${certificates.hostKey}</KeyPath><CertificatePath>${certificates.hostCertificate}</CertificatePath>
<CACertificatesDir PolicyGlobus="true">${certificates.trustFolder}</CACertificatesDir>
<VOMSProcessing>standard</VOMSProcessing><ClientAuthn>false</ClientAuthn></Component>
<Component name="http.service" id="http"><next id="soap">POST</next><next id="plexer"/>
<SecHandler name="otokens.handler" event="incoming"/>
<SecHandler name="arclegacy.handler" event="incoming"><ConfigFile>${folder}/arex.cfg</ConfigFile></SecHandler></Component>
<Component name="soap.service" id="soap"><next id="plexer"/><ContinueNonSOAP>true</ContinueNonSOAP></Component>
<Plexer name="plexer.service" id="plexer"><next id="a-rex">^/arex</next></Plexer>
<Service name="a-rex" id="a-rex">
<SecHandler name="arclegacy.map" event="incoming"><ConfigBlock><ConfigFile>${folder}/arex.cfg</ConfigFile><BlockName>mapping</BlockName></ConfigBlock></SecHandler>
<arex:endpoint>https://localhost:${port}/arex</arex:endpoint>
<arex:gmconfig>${folder}/arex.cfg</arex:gmconfig><arex:gmrun>none</arex:gmrun>
</Service></Chain></ArcConfig>`;

/** A run-time environment of the site for jobs that shall find no Node.js of use: the first one in their PATH is old. */
export const oldNode = 'TEST/OLD-NODE';

/** Read by A-REX and on the worker node; there the argument is 1. */
export const oldNodeScript = (folder: string): string =>
  `# description: an old Node.js\nif [ "x$1" = "x1" ]; then export PATH="${folder}:$PATH"; fi\n`;

/**
 * Runs the rest of the command line with that trust folder (first argument) in place of the machine's: A-REX looks nowhere
 * else for who may vouch for an issuer of tokens. The machine's own folder stays as it is.
 */
export const inOwnTrust = 'mount --bind "$1" /etc/grid-security/certificates && shift && exec "$@"';

/** A-REX looks at its helpers every ten seconds only, so this one loops by itself. */
export const loopingScan = (onceScript: string): string => `#!/bin/bash
while kill -0 "$PPID" 2>/dev/null; do "${onceScript}" "$@"; sleep 0.5; done
`;
