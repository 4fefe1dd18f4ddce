/**
 * Membership services that answer as VOMS-Admin (`apiv2/users`) and INDIGO IAM (`scim/Users`) are documented to. Neither
 * was ever run against the real thing: what stands here is read from the documentation and from what DIRAC asks for.
 */
import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { authoritiesPem, hostFiles, type TestPki } from '@wm/credentials/testing';

export interface VomsAdminUser {
  readonly suspended: boolean;
  readonly certificates: readonly { subjectString: string; issuerString: string; suspended: boolean }[];
  readonly fqans: readonly string[];
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const numberIn = (url: URL, name: string): number => Number(url.searchParams.get(name) ?? '0');

/** Lets in whoever shows a certificate of the PKI and the header against forged requests. */
export async function startDocumentedVomsAdmin(pki: TestPki, vo: string) {
  const users: VomsAdminUser[] = [];
  const asked: string[] = [];
  const { certificate, key } = await hostFiles(pki);
  const tls = {
    cert: certificate,
    key,
    ca: authoritiesPem(pki),
    requestCert: true,
    rejectUnauthorized: true,
  };
  const fake = { users, asked, mishap: undefined as number | undefined, url: '', close: async () => {} };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '', fake.url);
    asked.push(url.search);
    if (fake.mishap !== undefined) return json(response, fake.mishap, {});
    const isShown = Object.keys((request.socket as TLSSocket).getPeerCertificate()).length > 0;
    if (!isShown || request.headers['x-voms-csrf-guard'] === undefined) return json(response, 403, {});
    if (url.pathname !== `/voms/${vo}/apiv2/users`) return json(response, 404, {});
    const from = numberIn(url, 'startIndex');
    const count = numberIn(url, 'pageSize');
    json(response, 200, {
      startIndex: from,
      count: users.length,
      result: users.slice(from, from + count).map((user, index) => ({
        id: from + index + 1,
        name: 'Jane',
        surname: 'Doe',
        emailAddress: 'jane@example.org',
        attributes: [],
        ...user,
      })),
    });
  };
  const server = createServer(tls, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  fake.url = `https://localhost:${(server.address() as AddressInfo).port}/voms/${vo}`;
  fake.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { ...fake, set: (mishap: number | undefined) => void (fake.mishap = mishap) };
}

export interface IamUser {
  readonly id: string;
  readonly active: boolean;
  readonly groups: readonly string[];
  readonly certificates?: readonly { subjectDn: string; issuerDn: string }[];
}

export async function startDocumentedIam(token: string) {
  const users: IamUser[] = [];
  /** What it says there are, when that is not true. */
  let claimed: number | undefined;
  const server = createPlainServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    if (request.headers.authorization !== `Bearer ${token}`) return json(response, 401, {});
    if (url.pathname !== '/scim/Users') return json(response, 404, {});
    const from = numberIn(url, 'startIndex') - 1;
    const some = users.slice(from, from + numberIn(url, 'count'));
    json(response, 200, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: claimed ?? users.length,
      itemsPerPage: some.length,
      startIndex: from + 1,
      Resources: some.map(({ id, active, groups, certificates = [] }) => ({
        id,
        userName: `user-${id}`,
        active,
        groups: groups.map((display) => ({ display, value: display })),
        'urn:indigo-dc:scim:schemas:IndigoUser': { oidcIds: [], certificates },
      })),
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    users,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    claim: (total: number | undefined) => void (claimed = total),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
