/**
 * Where the VOMS servers of a VO are: `vomses` files, one server a line,
 * `"alias" "host" "port" "DN of the server" "vo" ["version"]` (credentials.md §7.1).
 */
import { CredentialError } from '../credential-error.ts';
import { isSlashForm, readDnText } from './dn-text.ts';

export interface VomsServer {
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  /** In slash form; the server shows itself by it, not by its host name. */
  readonly dn: string;
  readonly vo: string;
}

const maxVomsesBytes = 1_048_576;

function readLine(line: string): VomsServer | undefined {
  const [alias = '', host = '', port = '', dn = '', vo = ''] = [...line.matchAll(/"([^"]*)"/g)].map(
    ([, word = '']) => word.trim(),
  );
  const server = { alias, host, port: Number(port), dn: readDnText(dn), vo };
  const isGood =
    /^[A-Za-z0-9.:_-]{1,255}$/.test(host) &&
    /^\d{1,5}$/.test(port) &&
    server.port >= 1 &&
    server.port <= 65_535 &&
    isSlashForm(server.dn) &&
    /^[A-Za-z0-9._-]{1,255}$/.test(vo);
  return isGood ? server : undefined;
}

/** Comments and empty lines are passed over. Throws CredentialError MALFORMED, which names the line. */
export function parseVomses(text: string): readonly VomsServer[] {
  const lines = text.length > maxVomsesBytes ? ['…'] : text.split(/\r?\n/);
  return lines.flatMap((line, index) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return [];
    const server = readLine(line);
    if (server) return [server];
    throw new CredentialError(
      'MALFORMED',
      `Line ${index + 1} is no VOMS server; it should read "alias" "host" "port" "/DN of the server" "vo".`,
    );
  });
}
