/**
 * Scripts that drive the commands of Slurm (computing-elements.md §5): pure texts. Answers come in sections, see
 * `sectionsOf`: C and D hold exit codes, Q the queue, A the accounting, F files, T other texts.
 *
 *   <stamp>/jobid        number of the job, written after the submission and by the job itself
 *   <stamp>/stop         made before a kill: a job that starts all the same ends by itself
 *   <stamp>/rc           exit code of the pilot; absent when it was killed with its shell
 *   <stamp>/out, err     of the job
 *   <stamp>/pilot.json   WM_PILOT_CONFIG, mode 0600; the pilot deletes it when it has read it
 *   <stamp>/work/        working folder, unless `workFolder` says another place on the worker node
 */
import type { PilotLaunch } from '../../computing-element.ts';
import {
  anyStamp,
  attendPilot,
  cleaningFunctions,
  filesFunction,
  needsPilotFile,
  type AreaPlaces,
} from '../../hosts/pilot-area.ts';
import { fedWith, quoted } from '../../hosts/shell-script.ts';
import type { SlurmParameters } from './slurm-parameters.ts';

export const jobName = 'wm-pilot';
const jobFormat = '%A|%T|%r|%Z';
const accountFormat = 'JobIDRaw,State,ExitCode,WorkDir';
const plainEnvironment = ['PATH', 'LANG', 'LC_ALL', 'TZ'];

export const preludeOf = ({ binFolder, slurmConf }: SlurmParameters): string =>
  [
    ...(binFolder === undefined ? [] : [`PATH=${quoted(binFolder)}:$PATH`]),
    ...(slurmConf === undefined ? [] : [`SLURM_CONF=${quoted(slurmConf)}`, 'export SLURM_CONF']),
  ].join('\n');

/** What a job is told, however it is ordered. */
export type JobParameters = Pick<SlurmParameters, 'nodeExecutable' | 'workFolder'>;

export const workDirectoryOf = (
  root: string,
  stamp: string,
  { workFolder }: Pick<JobParameters, 'workFolder'>,
): string => (workFolder === undefined ? `${root}/${stamp}/work` : `${workFolder}/wm-${stamp}`);

/** Slurm counts minutes; a pilot must not be ended before the time it was promised. */
export const minutesOf = (seconds: number): number => Math.max(1, Math.ceil(seconds / 60));

/** Beside comment and folder, which the script adds. Later options win. */
export const sbatchOptions = (pilot: PilotLaunch, values: SlurmParameters): readonly string[] => [
  '--parsable',
  `--job-name=${jobName}`,
  '--no-requeue',
  `--export=${[...plainEnvironment, ...values.passEnvironment].join(',')}`,
  `--partition=${pilot.batchQueue}`,
  `--time=${minutesOf(pilot.maxWallTimeS)}`,
  '--nodes=1',
  '--ntasks=1',
  `--cpus-per-task=${pilot.processors}`,
  ...(values.requestMemory ? [`--mem=${pilot.memoryMiB}M`] : []),
  '--output=out',
  '--error=err',
  ...values.submitOptions,
  ...(values.queueSubmitOptions[pilot.batchQueue] ?? []),
];

/** Runs in the folder of the pilot. */
export const jobScript = (
  { pilotFile }: AreaPlaces,
  { nodeExecutable, workFolder }: JobParameters,
): string => `#!/bin/sh
trap : TERM INT HUP
umask 077
folder=$(pwd)
node=${quoted(nodeExecutable)} pilot=${quoted(pilotFile)}
work=${workFolder === undefined ? '$folder/work' : `${quoted(workFolder)}/wm-\${folder##*/}`}
echo "$SLURM_JOB_ID" > jobid.new && mv -f jobid.new jobid || exit 1
mkdir -p "$work/tmp" || exit 1
HOME=$work TMPDIR=$work/tmp WM_PILOT_CONFIG=$folder/pilot.json
export HOME TMPDIR WM_PILOT_CONFIG
${attendPilot('')}
rm -rf "$work" pilot.json
exit $code`;

/** A row a pilot: `stamp taken id`, `known`, `unwritten text`, `failed text`, `untried text`. */
export const submitScript = (
  places: AreaPlaces,
  pilots: readonly { readonly launch: PilotLaunch; readonly configuration: unknown }[],
  values: SlurmParameters,
): string => `
umask 077
root=${quoted(places.root)}
${needsPilotFile(places)}
job=${quoted(jobScript(places, values))}
line() { tr '\\n\\t' '  '; }
trouble=
send() {
  stamp=$1; shift
  if test -n "$trouble"; then cat > /dev/null; printf '%s\\tuntried\\t%s\\n' "$stamp" "$trouble"; return; fi
  if test -e "$root/$stamp"; then cat > /dev/null; printf '%s\\tknown\\n' "$stamp"; return; fi
  text=$( { mkdir -- "$root/$stamp" && cd -- "$root/$stamp" && cat > pilot.json; } 2>&1)
  if test $? != 0; then
    rm -rf -- "\${root:?}/$stamp"
    trouble=$(printf %s "$text" | line)
    printf '%s\\tunwritten\\t%s\\n' "$stamp" "$trouble"
    return
  fi
  text=$(printf '%s\\n' "$job" | sbatch --comment="$stamp" --chdir="$root/$stamp" "$@" 2> "$root/$stamp/sbatch")
  if test $? = 0; then
    printf '%s\\n' "\${text%%;*}" > "$root/$stamp/jobid.sent" && mv -f "$root/$stamp/jobid.sent" "$root/$stamp/jobid"
    printf '%s\\ttaken\\t%s\\n' "$stamp" "$text"
  else
    trouble=$(line < "$root/$stamp/sbatch")
    trouble=\${trouble:-sbatch failed without a word}
    printf '%s\\tfailed\\t%s\\n' "$stamp" "$trouble"
  fi
}
${pilots
  .map(({ launch, configuration }) =>
    fedWith(`send ${[launch.stamp, ...sbatchOptions(launch, values)].map(quoted).join(' ')}`, configuration),
  )
  .join('\n')}`;

/** After a refusal nothing is left of the pilots. */
export const forgetScript = ({ root }: AreaPlaces, stamps: readonly string[]): string =>
  `rm -rf -- ${stamps.map((stamp) => quoted(`${root}/${stamp}`)).join(' ')}`;

/** All jobs of the account when `ids` is undefined. */
export const queueScript = (ids: readonly string[] | undefined): string => `
text=$(squeue -h -t all ${ids === undefined ? '-u "$(id -un)"' : `-j ${ids.join(',')}`} -o ${quoted(jobFormat)} 2>&1)
printf 'C|%s\\n' $?
printf '%s\\n' "$text" | sed 's/^/Q|/'`;

/** What accounting and files say. Jobs of lost replies are minutes old and found by their folder. */
export const endedScript = (
  { root }: AreaPlaces,
  ids: readonly string[],
  stamps: readonly string[],
  hasUnnumbered: boolean,
): string => `
root=${quoted(root)}
${ids.length === 0 ? 'text=' : `text=$(sacct -nPX -j ${ids.join(',')} -o ${accountFormat} 2>&1)`}
${hasUnnumbered ? `text="$text\n$(sacct -nPX -u "$(id -un)" -S now-2hours -o ${accountFormat} 2>&1)"` : ''}
printf '%s\\n' "$text" | sed 's/^/A|/'
${filesFunction}
${stamps.map((stamp) => `files ${quoted(stamp)}`).join('\n')}`;

/** scancel for those with a number, and for jobs of the others that the queue knows by their folder. */
export const killScript = (
  { root }: AreaPlaces,
  ids: readonly string[],
  stamps: readonly string[],
  hasUnnumbered: boolean,
): string => `
root=${quoted(root)} stamps=${quoted(stamps.join(' '))} ids=${quoted(ids.join(' '))}
for stamp in $stamps; do
  test -d "$root/$stamp" && { : > "$root/$stamp/stop"; rm -f -- "$root/$stamp/pilot.json"; }
done
${
  hasUnnumbered
    ? `text=$(squeue -h -u "$(id -un)" -o '%A %Z' 2>&1) || { printf 'C|1\\n'; printf '%s\\n' "$text" | sed 's/^/T|/'; return; }
ids="$ids $(printf '%s\\n' "$text" | while read -r id folder; do
  case " $stamps " in *" \${folder##*/} "*) printf ' %s' "$id" ;; esac
done)"`
    : ''
}
text=
test -z "$(printf %s "$ids" | tr -d ' ')" || text=$(scancel $ids 2>&1)
printf 'C|%s\\n' $?
printf '%s\\n' "$text" | sed 's/^/T|/'`;

export const loadScript = (): string => `${queueScript(undefined)}
sinfo -h -o %C 2> /dev/null | sed 's/^/T|/'`;

/** Jobs of the queue are never touched; without an answer of the queue nothing is. */
export const cleanScript = (places: AreaPlaces, beforeS: number): string => `
root=${quoted(places.root)}
queue=$(squeue -h -t all -u "$(id -un)" -o '%Z' 2>&1)
code=$?
printf 'C|%s\\n' $code
test $code = 0 || { printf '%s\\n' "$queue" | sed 's/^/T|/'; return; }
${sweepFunction(places, beforeS)}
sweep`;

/**
 * Shell function `sweep`: what is left of pilots whose stamp is not in the text `queue`. A folder that was written to just
 * now may be that of a pilot which was sent after the queue was asked.
 */
export const sweepFunction = (places: AreaPlaces, beforeS: number): string => `
${cleaningFunctions(places, beforeS)}
sweep() {
  now=$(date +%s)
  for folder in "$root"/${anyStamp}; do
    test -d "$folder" || continue
    case "$queue" in *"\${folder##*/}"*) continue ;; esac
    if old "$folder"; then rm -rf -- "$folder"
    elif test -e "$folder/jobid" && test $((now - $(stat -c %Y "$folder"))) -gt 60; then rm -rf -- "$folder/work" "$folder/pilot.json"; fi
  done
}`;
