/**
 * The membership services of VOs, asked for all their members, page by page: VOMS-Admin with a client certificate, IAM
 * with a bearer token. Written after their documentation; what they answer is read in the files beside this one.
 */
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { request as plainRequest } from 'node:http';
import { rootCertificates } from 'node:tls';
import { writePem, type TrustStore } from '@wm/credentials';
import type { VoConfiguration } from '../../configuration/schema.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import { memberOfIam, readIamPage } from './iam-answers.ts';
import type { MemberService, ServiceMember } from './service-member.ts';
import { memberOfVomsAdmin, readVomsAdminPage } from './voms-admin-answers.ts';

export type MemberServiceConfiguration = NonNullable<VoConfiguration['memberService']>;

interface Parts {
  readonly trust: { current(): Promise<TrustStore> };
}

const perPage = 100;
/** More members than any VO has. */
const maxPages = 2000;
const maxBytes = 16 * 1024 * 1024;
const patienceMs = 30_000;

const failed = (url: string, why: string): WmsError =>
  new WmsError('service.unavailable', `The membership service ${url} ${why}.`);

interface Credential {
  /** Certificate, key and chain in one PEM. */
  readonly pem?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer as JSON. Follows no redirects, so a credential goes to nobody else. */
async function ask(url: string, { pem, headers }: Credential, { trust }: Parts): Promise<unknown> {
  const isPlain = url.startsWith('http:');
  const { authorities } = await trust.current();
  const ca = [...rootCertificates, ...authorities.map(({ der }) => writePem('CERTIFICATE', der))];
  const options = {
    headers: { accept: 'application/json', ...headers },
    signal: AbortSignal.timeout(patienceMs),
    agent: false as const,
    ...(isPlain ? {} : { ca, ...(pem !== undefined && { cert: pem, key: pem }) }),
  };
  const place = new URL(url);
  const shown = place.origin + place.pathname;
  const text = await new Promise<string>((resolve, reject) => {
    const sent = (isPlain ? plainRequest : request)(url, options, (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes > maxBytes) answer.destroy(failed(shown, 'sends more than 16 MiB'));
      });
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(parts).toString('utf8'));
        else reject(failed(shown, `answered ${answer.statusCode ?? 0}`));
      });
    });
    sent.once('error', reject);
    sent.end();
  }).catch((error: unknown) => {
    if (error instanceof WmsError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw failed(shown, `cannot be reached (${code ?? message})`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw failed(shown, 'answered something else than JSON');
  }
}

const readOr = (url: string, read: () => readonly ServiceMember[]): readonly ServiceMember[] => {
  try {
    return read();
  } catch {
    throw failed(url, 'answered in another form than it is documented to');
  }
};

const secretOf = (path: string, what: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new WmsError(
      'service.unavailable',
      `${path} cannot be read (${error.code}); it should hold ${what}.`,
    );
  });

type OfKind<K> = Extract<MemberServiceConfiguration, { kind: K }>;

function vomsAdmin({ url, clientFile }: OfKind<'voms-admin'>, vo: string, parts: Parts): MemberService {
  return {
    source: 'VOMS-Admin',
    async members() {
      const pem = await secretOf(clientFile, 'a certificate and its key in PEM');
      // VOMS-Admin wants this header, so that no page elsewhere can ask in somebody's name.
      const credential = { pem, headers: { 'x-voms-csrf-guard': 'y' } };
      const found: ServiceMember[] = [];
      for (let page = 0; page < maxPages; page++) {
        const query = new URLSearchParams({ startIndex: String(page * perPage), pageSize: String(perPage) });
        const answer = await ask(`${url}/apiv2/users?${query.toString()}`, credential, parts);
        const some = readOr(url, () => readVomsAdminPage(answer).map((user) => memberOfVomsAdmin(user, vo)));
        found.push(...some);
        if (some.length < perPage) return found;
      }
      throw failed(url, 'does not come to an end');
    },
  };
}

function iam({ url, tokenFile }: OfKind<'iam'>, vo: string, parts: Parts): MemberService {
  return {
    source: 'IAM',
    async members() {
      const token = (await secretOf(tokenFile, 'a bearer token with the scope scim:read')).trim();
      const credential = { headers: { authorization: `Bearer ${token}` } };
      const found: ServiceMember[] = [];
      for (let page = 0; page < maxPages; page++) {
        const query = new URLSearchParams({ startIndex: String(found.length + 1), count: String(perPage) });
        const base = url.replace(/\/$/, '');
        const answer = await ask(`${base}/scim/Users?${query.toString()}`, credential, parts);
        let total = 0;
        const some = readOr(url, () => {
          const read = readIamPage(answer);
          total = read.total;
          return read.users.map((user) => memberOfIam(user, url, vo));
        });
        found.push(...some);
        if (found.length >= total) return found;
        if (some.length === 0) throw failed(url, `told of ${total} members and sent ${found.length}`);
      }
      throw failed(url, 'does not come to an end');
    },
  };
}

/** `vo`: its name in VOMS. */
export const openMemberService = (
  configured: MemberServiceConfiguration,
  vo: string,
  parts: Parts,
): MemberService =>
  configured.kind === 'iam' ? iam(configured, vo, parts) : vomsAdmin(configured, vo, parts);
