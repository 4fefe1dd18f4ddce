/**
 * A fake of a VOMS server's old protocol for tests of what goes wrong: it answers as recorded from the real one
 * (credentials.md §7.2), knows its members by the names of their certificates, and lies when asked to. The real one is
 * in `e2e/testbed`.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { parseCertificate, slashForm, writePem, type Certificate } from '@wm/credentials';
import { privateKeyOf, type Credential } from '@wm/credentials/authority';
import { issueAttributes, type AttributeOrder } from '@wm/credentials/testing';

export interface FakeVomsOrder {
  /** The server's own certificate, and its key for attributes too. */
  readonly host: Credential;
  readonly vo: string;
  readonly nowMs: () => number;
  /** Subject of the person → what he may have, beside the VO itself. */
  readonly members: Map<string, readonly string[]>;
}

export interface FakeVoms {
  readonly port: number;
  /** Line of `vomses`. */
  readonly vomses: string;
  /** Commands asked so far, such as `G/vo`. */
  readonly asked: string[];
  /** Certificates that clients have shown, leaf first, by question. */
  readonly clients: (readonly Certificate[])[];
  /** Instead of good answers: this text, or an end without one. */
  mishap: string | undefined;
  /** The same for the next questions only. */
  readonly mishaps: string[];
  /** Happens after a question has come and before it is answered. */
  meanwhile: () => Promise<void>;
  /** Changes what is signed. */
  lie: Partial<AttributeOrder>;
  close(): Promise<void>;
}

/** Recorded: the filler stands where no attributes are. */
export const vomsRefusal = (number: number, message: string): string =>
  answer(
    `<error><item><number>${number}</number><message>${message}</message></item></error><ac>QQ==\n</ac>`,
  );

const answer = (inside: string): string =>
  `<?xml version="1.0" encoding = "US-ASCII"?><vomsans><version>3</version>${inside}</vomsans>`;

export async function startFakeVoms(order: FakeVomsOrder): Promise<FakeVoms> {
  const sockets = new Set<TLSSocket>();
  const server = createServer({
    cert: writePem('CERTIFICATE', order.host.certificate.der),
    key: writePem('PRIVATE KEY', await privateKeyOf(order.host)),
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(fake, order, socket).catch(() => socket.destroy());
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const dn = slashForm(order.host.certificate.subject);
  const fake: FakeVoms = {
    port,
    vomses: `"${order.vo}" "127.0.0.1" "${port}" "${dn}" "${order.vo}" "24"\n`,
    asked: [],
    clients: [],
    mishap: undefined,
    mishaps: [],
    meanwhile: async () => {},
    lie: {},
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server.close(), 'close');
    },
  };
  return fake;
}

/** Leaf first. */
function chainOf(socket: TLSSocket): readonly Certificate[] {
  const chain: Certificate[] = [];
  for (let shown = socket.getPeerX509Certificate(); shown; shown = shown.issuerCertificate)
    chain.push(parseCertificate(new Uint8Array(shown.raw)));
  return chain;
}

async function serve(fake: FakeVoms, order: FakeVomsOrder, socket: TLSSocket): Promise<void> {
  const chain = chainOf(socket);
  const command = await commandOf(socket);
  fake.asked.push(command);
  fake.clients.push(chain);
  await fake.meanwhile();
  const mishap = fake.mishaps.shift() ?? fake.mishap;
  socket.end(mishap ?? (await answerTo(fake, order, command, chain)));
}

/** Reads the greeting as a message of its own, as the real server does. */
async function commandOf(socket: TLSSocket): Promise<string> {
  const [greeting] = (await once(socket, 'data')) as [Buffer];
  if (greeting.toString() !== '0') throw new Error('The greeting must be a message of its own.');
  const [request] = (await once(socket, 'data')) as [Buffer];
  return /<command>([^<]*)<\/command>/.exec(request.toString())?.[1] ?? '';
}

async function answerTo(
  fake: FakeVoms,
  { host, vo, members, nowMs }: FakeVomsOrder,
  command: string,
  chain: readonly Certificate[],
): Promise<string> {
  const person = chain.find(({ proxy }) => !proxy);
  const given = person && members.get(slashForm(person.subject));
  if (!person || !given) return vomsRefusal(1001, `${vo}: User unknown to this VO.`);
  const [group = '', role] = command.slice(1).split(':');
  const wanted = role === undefined ? group : `${group}/Role=${role}`;
  const may = [`/${vo}`, ...given];
  if (!may.includes(wanted)) return vomsRefusal(1001, `${vo}: Unable to satisfy ${command} request!`);
  const attributes = await issueAttributes(host, {
    holder: person,
    vo,
    fqans: [wanted, ...may.filter((fqan) => fqan !== wanted && !fqan.includes('/Role='))].map(
      (fqan) => `${fqan.includes('/Role=') ? fqan : `${fqan}/Role=NULL`}/Capability=NULL`,
    ),
    notBeforeMs: nowMs(),
    notAfterMs: nowMs() + 86_400_000,
    ...fake.lie,
  });
  return answer(`<ac>${Buffer.from(attributes).toString('base64')}\n</ac>`);
}
