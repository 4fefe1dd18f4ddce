/**
 * Scripts for the folder of pilots where Slurm itself is reached by REST: pure texts. What lies where stands in
 * `slurm/slurm-scripts.ts`; answers come in sections, see `sectionsOf`.
 */
import { filesFunction, needsPilotFile, type AreaPlaces } from '../../hosts/pilot-area.ts';
import { fedWith, quoted } from '../../hosts/shell-script.ts';
import { sweepFunction } from '../slurm/slurm-scripts.ts';

/** A row a pilot: `stamp ready`, `stamp known` or `stamp unwritten text`. */
export const prepareScript = (
  places: AreaPlaces,
  pilots: readonly { readonly stamp: string; readonly configuration: unknown }[],
): string => `
umask 077
root=${quoted(places.root)}
${needsPilotFile(places)}
prepare() {
  if test -e "$root/$1"; then cat > /dev/null; printf '%s\\tknown\\n' "$1"; return; fi
  text=$( { mkdir -- "$root/$1" && cat > "$root/$1/pilot.json"; } 2>&1)
  if test $? = 0; then printf '%s\\tready\\n' "$1"; return; fi
  rm -rf -- "\${root:?}/$1"
  printf '%s\\tunwritten\\t%s\\n' "$1" "$(printf %s "$text" | tr '\\n\\t' '  ')"
}
${pilots.map(({ stamp, configuration }) => fedWith(`prepare ${quoted(stamp)}`, configuration)).join('\n')}`;

/** Keeps the numbers of jobs, unless the job was faster, and forgets what was refused. */
export const settleScript = (
  { root }: AreaPlaces,
  taken: ReadonlyMap<string, string>,
  refused: readonly string[],
): string => `
root=${quoted(root)}
${[...taken].map(([stamp, jobId]) => `test -e "$root/${stamp}/jobid" || echo ${quoted(jobId)} > "$root/${stamp}/jobid"`).join('\n')}
${refused.map((stamp) => `rm -rf -- "\${root:?}/${stamp}"`).join('\n')}`;

export const filesScript = ({ root }: AreaPlaces, stamps: readonly string[]): string => `
root=${quoted(root)}
${filesFunction}
${stamps.map((stamp) => `files ${quoted(stamp)}`).join('\n')}`;

/** A job that starts all the same ends by itself. */
export const stopScript = ({ root }: AreaPlaces, stamps: readonly string[]): string => `
root=${quoted(root)}
for stamp in ${stamps.join(' ')}; do
  test -d "$root/$stamp" && { : > "$root/$stamp/stop"; rm -f -- "$root/$stamp/pilot.json"; }
done
return 0`;

/** `queued` are the stamps in the queue. */
export const cleanScript = (places: AreaPlaces, beforeS: number, queued: readonly string[]): string => `
root=${quoted(places.root)}
queue=${quoted(queued.join(' '))}
${sweepFunction(places, beforeS)}
sweep`;
