/**
 * What a worker node of an ARC CE runs: a POSIX shell script that finds Node.js and becomes the pilot. Where it
 * cannot, it says why and ends with 127. The delegated proxy is for the service: the pilot and its payloads do not
 * get it (ADR 0008).
 */
import { sessionFiles } from './arc-description.ts';

/** `node` holds only characters without meaning to a shell; see `arcParameters`. */
export const pilotWrapper = (node: string): string => `#!/bin/sh
umask 077
here=$(pwd -P)
give_up() { rm -f "$here/${sessionFiles.configuration}"; echo "$1" >&2; exit 127; }
node=$(command -v '${node}') || give_up "There is no ${node} on $(hostname): the pilot needs Node.js 20 or newer."
version=$("$node" --version 2>/dev/null) || give_up "$node does not run on $(hostname)."
major=\${version#v}; major=\${major%%.*}
test "$major" -ge 20 2>/dev/null || give_up "$node on $(hostname) is $version: the pilot needs Node.js 20 or newer."
mkdir -p "$here/work/tmp" || give_up "The session folder $here cannot be written to."
unset X509_USER_PROXY X509_USER_CERT X509_USER_KEY BEARER_TOKEN BEARER_TOKEN_FILE
HOME="$here/work" TMPDIR="$here/work/tmp" WM_PILOT_CONFIG="$here/${sessionFiles.configuration}"
export HOME TMPDIR WM_PILOT_CONFIG
exec "$node" "$here/${sessionFiles.pilot}"
`;
