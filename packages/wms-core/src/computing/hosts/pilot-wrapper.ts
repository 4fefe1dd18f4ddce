/**
 * What a worker node runs that was handed the pilot's files by a service: a POSIX shell script that finds Node.js and
 * becomes the pilot, or the pilot that brings its own. Where it cannot, it says why and ends with 127. Credentials that
 * the service gave the job are for the service: the pilot and its payloads do not get them (ADR 0008).
 */
import { bringNode } from './pilot-program.ts';

export interface WrapperFiles {
  /** Name or path of Node.js, only characters without meaning to a shell; or `bring`. */
  readonly node: string;
  /** In the folder of the job, as a shell reads it. */
  readonly pilot: string;
  readonly configuration: string;
}

export const nodePattern = /^[\w./+@-]+$/;

const foundNode = (node: string): string =>
  `node=$(command -v '${node}') || give_up "There is no ${node} on $(hostname): the pilot needs Node.js 20 or newer."
version=$("$node" --version 2>/dev/null) || give_up "$node does not run on $(hostname)."
major=\${version#v}; major=\${major%%.*}
test "$major" -ge 20 2>/dev/null || give_up "$node on $(hostname) is $version: the pilot needs Node.js 20 or newer."`;

export const wrapperScript = ({ node, pilot, configuration }: WrapperFiles): string => `#!/bin/sh
umask 077
here=$(pwd -P)
give_up() { rm -f "$here/${configuration}"; echo "$1" >&2; exit 127; }
${node === bringNode ? 'node=/bin/sh' : foundNode(node)}
mkdir -p "$here/work/tmp" || give_up "The folder of the job $here cannot be written to."
unset X509_USER_PROXY X509_USER_CERT X509_USER_KEY BEARER_TOKEN BEARER_TOKEN_FILE
HOME="$here/work" TMPDIR="$here/work/tmp" WM_PILOT_CONFIG="$here/${configuration}"
export HOME TMPDIR WM_PILOT_CONFIG
exec "$node" "$here/${pilot}"
`;
