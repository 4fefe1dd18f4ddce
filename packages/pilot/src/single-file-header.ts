/**
 * The POSIX shell script in front of a single-file pilot: pure text. It takes the Node.js of the node when that is new
 * enough, else unpacks the one it brings; where it cannot start the pilot it says why and ends with 127.
 */
export interface SingleFileFacts {
  /** Of the archive behind the header, 64 hex. */
  readonly sha256: string;
  /** As `uname -sm` says it, such as `Linux x86_64`. */
  readonly system: string;
  /** As `node --version` says it. */
  readonly nodeVersion: string;
}

/** The archive begins in the line behind this one. */
const lastLine = '#__ARCHIVE__';

/**
 * Unpacked once beside the file, or where that cannot be written in the temporary folder; made under another name and
 * renamed, so that pilots that start together never see half of it.
 */
export const singleFileHeader = ({ sha256, system, nodeVersion }: SingleFileFacts): string => {
  const text = (lines: number): string => `#!/bin/sh
# A pilot with a Node.js ${nodeVersion} for ${system}. WM_PILOT_OWN_NODE=1 takes it although the node has one.
umask 077
self=$0
give_up() { rm -f "\${WM_PILOT_CONFIG:-/nonexistent}"; echo "The pilot cannot start on $(uname -n): $1" >&2; exit 127; }
archive() { tail -n +${lines} "$self"; }
digest() {
  if command -v sha256sum > /dev/null; then sha256sum; elif command -v shasum > /dev/null; then shasum -a 256
  elif command -v openssl > /dev/null; then openssl dgst -sha256 -r; else cat > /dev/null; echo none; fi
}
take() { exec "$1" "$2/pilot.mjs"; }
unpack() {
  command -v gzip > /dev/null && command -v tar > /dev/null || give_up "it needs gzip and tar to unpack itself."
  told=$(archive | digest) || give_up "its file cannot be read."
  told=\${told%% *}
  test "$told" = none || test "$told" = ${sha256} || give_up "its file is damaged (SHA-256 \${told:-unknown} instead of ${sha256})."
  for place in "$(dirname "$self")" "\${TMPDIR:-/tmp}"; do
    made=$place/runtime-${sha256.slice(0, 16)}
    test -x "$made/node" && test -O "$made" && return 0
    draft=$made.$$
    mkdir -p "$draft" 2> /dev/null || continue
    if archive | gzip -dc | tar -xf - -C "$draft" 2> /dev/null; then
      mv "$draft" "$made" 2> /dev/null || rm -rf "$draft"
      rm -rf "$made/\${draft##*/}"
      test -x "$made/node" && test -O "$made" && return 0
    fi
    rm -rf "$draft"
  done
  give_up "no folder has room to unpack it."
}
unpack
if test -z "$WM_PILOT_OWN_NODE" && node=$(command -v node); then
  version=$("$node" --version 2> /dev/null); major=\${version#v}; major=\${major%%.*}
  test "$major" -ge 20 2> /dev/null && take "$node" "$made"
fi
test "$(uname -sm)" = '${system}' || give_up "this is $(uname -sm), and it brings a Node.js for ${system}."
"$made/node" --version > /dev/null 2>&1 || give_up "the Node.js it brings does not run here: $("$made/node" --version 2>&1 | head -n 1)"
take "$made/node" "$made"
exit 127
${lastLine}
`;
  return text(text(0).split('\n').length);
};
