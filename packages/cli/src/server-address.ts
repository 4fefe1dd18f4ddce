/** Which server: named in a command, by `WM_URL`, or the one the saved token is of. Pure. */
import { usageError } from './cli-error.ts';

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

/** The origin of what is given: DIRAC's `https://host/auth`, our `https://host/api/auth`, or the plain address. */
export function serverOf(given: string, where: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const path = url?.pathname.replace(/\/+$/, '') ?? '';
  if (url === undefined || !/^https?:$/.test(url.protocol) || !['', '/auth', '/api/auth'].includes(path))
    throw usageError(
      `${where}: “${given}” is no address of a server; right would be https://wms.example.org`,
    );
  if (url.protocol === 'http:' && !isLoopback(url))
    throw usageError(`${where}: ${url.origin} is not encrypted, your token could be read; use https://`);
  return url.origin;
}

/** Undefined when neither the command line nor the environment names one. */
export function namedServer(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (option !== undefined) return serverOf(option, '--issuer');
  const { WM_URL: fromEnvironment } = env;
  return fromEnvironment === undefined || fromEnvironment === ''
    ? undefined
    : serverOf(fromEnvironment, 'WM_URL');
}
