/** Names and scripts of a computing element's folder on a host; see `pilot-area.adapter.ts`. */
import { quoted } from './shell-script.ts';

export interface AreaPlaces {
  /** Absolute, without links. */
  readonly root: string;
  readonly pilotFile: string;
}

const stampPattern = /^[0-9a-f]{32}$/;
/** The same for a shell. */
export const anyStamp = '[0-9a-f]'.repeat(32);

/** References end in the stamp; undefined when this one does not. */
export const stampIn = (reference: string): string | undefined => {
  const stamp = reference.slice(reference.lastIndexOf('/') + 1);
  return stampPattern.test(stamp) ? stamp : undefined;
};

/** What the exit code of a pilot that failed says; 126 and 127 are those of the shell that could not start it. */
export const pilotEnd = (code: string): string =>
  code === '126' || code === '127'
    ? `The pilot could not be started (exit code ${code}): parameters > nodeExecutable must name a Node.js ≥ 20 there.`
    : `The pilot ended with exit code ${code}.`;

export const noPilotFile = 'no-pilot-file';
export const noFolder = 'no-folder';

/** Answers `root<tab>folder`, or `fault<tab>what would be right`. */
export const prepareScript = (folder: string, programs: readonly string[]): string => `
umask 077
text=$(mkdir -p -- ${quoted(folder)} 2>&1) || { printf 'fault\\tits folder cannot be made (%s)\\n' "$(printf %s "$text" | tr '\\n\\t' '  ')"; return; }
cd -- ${quoted(folder)} || return
test -w . || { printf 'fault\\tits folder %s cannot be written\\n' "$(pwd -P)"; return; }
for program in ${programs.map(quoted).join(' ')}; do
  command -v "$program" > /dev/null || { printf 'fault\\tthere is no %s in the PATH %s\\n' "$program" "$PATH"; return; }
done
printf 'root\\t%s\\n' "$(pwd -P)"`;

/** Begins every script: a file system that is away must not look like pilots that are gone. */
export const needsFolder = ({ root }: AreaPlaces): string =>
  `test -d ${quoted(root)} || { printf '${noFolder}\\n'; return; }`;

/** Begins a script that starts pilots. */
export const needsPilotFile = ({ pilotFile }: AreaPlaces): string =>
  `test -s ${quoted(pilotFile)} || { printf '${noPilotFile}\\n'; return; }`;

export const outputScript = (root: string, stamp: string, maxBytes: number, parting: string): string => `
tail -c ${maxBytes} ${quoted(`${root}/${stamp}/out`)} 2> /dev/null
printf %s ${quoted(parting)}
tail -c ${maxBytes} ${quoted(`${root}/${stamp}/err`)} 2> /dev/null
return 0`;

/**
 * Shell functions for `clean`: `old FOLDER` is true when the output of an ended pilot need not be kept, and files of
 * earlier pilots go when they cannot be in use any more.
 */
export const cleaningFunctions = ({ root, pilotFile }: AreaPlaces, beforeS: number): string => `
changed() { stat -c %Y "$1/out" 2> /dev/null || stat -c %Y "$1" 2> /dev/null || echo 9999999999; }
old() { test "$(changed "$1")" -lt ${Math.floor(beforeS)}; }
find ${quoted(root)} -maxdepth 1 -name 'pilot-*.mjs*' ! -path ${quoted(pilotFile)} -mtime +30 -exec rm -f {} +`;

/**
 * Runs `"$node" "$pilot"` in the folder of the pilot, keeps its exit code in `rc` and passes TERM on: caught by the
 * shell, so that it outlives the pilot; a caught signal, unlike an ignored one, is back at its default in the pilot.
 */
export const attendPilot = (redirections: string): string => `
test -e stop && exit 1
"$node" "$pilot" ${redirections} < /dev/null &
child=$!
trap 'kill -TERM $child 2> /dev/null' TERM INT HUP
wait $child; code=$?
while kill -0 $child 2> /dev/null; do wait $child; code=$?; done
echo $code > rc.new && mv -f rc.new rc`;

/** Shell function `files STAMP`: a row for `filesIn`, none when the pilot has no folder. Needs `root`. */
export const filesFunction = `
now=$(date +%s)
files() {
  test -d "$root/$1" || return 0
  code= id=
  test -r "$root/$1/rc" && read -r code < "$root/$1/rc"
  test -r "$root/$1/jobid" && read -r id < "$root/$1/jobid"
  printf 'F|%s|%s|%s|%s\\n' "$1" "$((now - $(stat -c %Y "$root/$1")))" "$code" "$id"
}`;

export interface PilotFiles {
  readonly ageS: number;
  /** Of the pilot; empty while it has none. */
  readonly exitCode: string;
  /** Empty before it is known. */
  readonly jobId: string;
}

/** Rows `stamp|age|exit code|job id` of pilots whose folder is there. */
export const filesIn = (text: string): ReadonlyMap<string, PilotFiles> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, stamp, age, exitCode, jobId] = /^([0-9a-f]{32})\|(\d+)\|(\d*)\|([\d.]*)$/.exec(line) ?? [];
      return stamp === undefined
        ? []
        : [[stamp, { ageS: Number(age), exitCode: exitCode ?? '', jobId: jobId ?? '' }] as const];
    }),
  );
