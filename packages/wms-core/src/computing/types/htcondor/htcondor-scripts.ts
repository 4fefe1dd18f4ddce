/**
 * Scripts that drive the commands of HTCondor (computing-elements.md §8): pure texts. Jobs are asked for by the stamp
 * in their ClassAd, never by their number, so a job whose submission got no answer is found like any other. Answers come
 * in sections, see `sectionsOf`: C holds exit codes, Q the queue, H the history, F files, T other texts.
 *
 *   wm-pilot.sh          what the worker node runs
 *   <stamp>/pilot.json   WM_PILOT_CONFIG, mode 0600; removed when condor_submit has ended: the CE has its own copy then
 *   <stamp>/jobid        number of the job
 *   <stamp>/out, err     what the pilot printed, after condor_transfer_data
 */
import type { PilotLaunch } from '../../computing-element.ts';
import {
  anyStamp,
  cleaningFunctions,
  filesFunction,
  needsPilotFile,
  type AreaPlaces,
} from '../../hosts/pilot-area.ts';
import { wrapperScript } from '../../hosts/pilot-wrapper.ts';
import { fedWith, quoted } from '../../hosts/shell-script.ts';
import { jobColumns } from './htcondor-answers.ts';
import { failedSubcode, spoolLimitS } from './htcondor-states.ts';
import type { HtcondorParameters } from './htcondor-parameters.ts';

/** Site and name: whose pilots they are. */
export type ElementLabel = string;

/** A token of an OAuth client goes the way of WLCG's bearer token discovery: the variable, never a file. */
const credentialSettings = (
  { tokenFile, proxyFile = '' }: HtcondorParameters,
  clientToken: string | undefined,
): Readonly<Record<string, string>> => {
  const byToken = { _CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS: 'SCITOKENS' };
  if (clientToken !== undefined) return { ...byToken, BEARER_TOKEN: clientToken };
  if (tokenFile !== undefined) return { ...byToken, _CONDOR_SCITOKENS_FILE: tokenFile };
  return {
    _CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS: 'SSL',
    _CONDOR_AUTH_SSL_CLIENT_CERTFILE: proxyFile,
    _CONDOR_AUTH_SSL_CLIENT_KEYFILE: proxyFile,
    X509_USER_PROXY: proxyFile,
  };
};

/** Which CE and as whom, as shell variables and `_CONDOR_…` settings of the commands. */
export const preludeOf = (values: HtcondorParameters, clientToken?: string): string => {
  const { binFolder, caFolder } = values;
  const settings = {
    ...credentialSettings(values, clientToken),
    ...(caFolder === undefined ? {} : { _CONDOR_AUTH_SSL_CLIENT_CADIR: caFolder }),
  };
  return [
    ...(binFolder === undefined ? [] : [`PATH=${quoted(binFolder)}:$PATH`]),
    ...Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}; export ${name}`),
    `pool=${quoted(values.endpoint)} schedd=${quoted(scheddOf(values))}`,
  ].join('\n');
};

const scheddOf = ({ endpoint, scheddName }: HtcondorParameters): string =>
  scheddName ?? endpoint.replace(/:\d+$/, '');

/** A string of the ClassAd language. */
const classAdString = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll(/[\r\n]/g, ' ')}"`;

const ofStamps = (stamps: readonly string[]): string =>
  `stringListMember(WmPilotStamp, ${classAdString(stamps.join(','))})`;

const ofElement = (label: ElementLabel): string => `WmPilotElement == ${classAdString(label)}`;

const hasFailed = `(HoldReasonCode == 3 && HoldReasonSubCode == ${failedSubcode})`;

/** Up to the `queue` command, which the script adds. */
export const submitDescription = (
  pilot: PilotLaunch,
  { root, pilotFile }: AreaPlaces,
  label: ElementLabel,
  values: HtcondorParameters,
): string =>
  [
    'universe = vanilla',
    `executable = ${root}/wm-pilot.sh`,
    'transfer_executable = true',
    `initialdir = ${root}/$(stamp)`,
    `transfer_input_files = ${pilotFile},pilot.json`,
    'transfer_output_files = ""',
    'should_transfer_files = YES',
    'when_to_transfer_output = ON_EXIT_OR_EVICT',
    'output = out',
    'error = err',
    'getenv = false',
    'environment = "WM_PILOT_STAMP=$(stamp)"',
    'MY.WmPilotStamp = "$(stamp)"',
    `MY.WmPilotElement = ${classAdString(label)}`,
    `request_cpus = ${pilot.processors}`,
    ...(values.requestMemory ? [`request_memory = ${pilot.memoryMiB}`] : []),
    // Minutes; the word of HTCondor-CE. A pilot must not be ended before the time it was promised.
    `+maxWallTime = ${Math.max(1, Math.ceil(pilot.maxWallTimeS / 60))}`,
    'kill_sig = SIGTERM',
    'on_exit_hold = ExitCode =!= 0',
    `on_exit_hold_subcode = ${failedSubcode}`,
    // A safety net: what nobody cleans leaves the CE by itself.
    `periodic_remove = (JobStatus == 4 || JobStatus == 5) && time() - EnteredCurrentStatus > ${keptS(values) + 86_400}`,
    ...values.submitLines,
    ...(values.queueSubmitLines[pilot.batchQueue] ?? []),
  ].join('\n');

const keptS = ({ keepOutputHours }: HtcondorParameters): number => Math.ceil(keepOutputHours * 3600);

export interface CondorOrder {
  /** Of pilots that ask for the same. */
  readonly description: string;
  readonly pilots: readonly { readonly stamp: string; readonly configuration: unknown }[];
}

/**
 * A row a pilot that is not sent: `stamp known` or `stamp unwritten text`; a row an order: `- taken ids stamps` or
 * `- failed text stamps`.
 */
export const submitScript = (
  places: AreaPlaces,
  orders: readonly CondorOrder[],
  { nodeExecutable }: HtcondorParameters,
): string => `
umask 077
root=${quoted(places.root)}
${needsPilotFile(places)}
line() { tr '\\n\\t' '  '; }
printf %s ${quoted(wrapperScript({ node: nodeExecutable, pilot: fileName(places.pilotFile), configuration: 'pilot.json' }))} > "$root/wm-pilot.$$" &&
  chmod 700 "$root/wm-pilot.$$" && mv -f "$root/wm-pilot.$$" "$root/wm-pilot.sh"
prepare() {
  if test -e "$root/$1"; then cat > /dev/null; printf '%s\\tknown\\n' "$1"; return; fi
  text=$( { mkdir -- "$root/$1" && cat > "$root/$1/pilot.json"; } 2>&1)
  if test $? != 0; then
    rm -rf -- "\${root:?}/$1"
    printf '%s\\tunwritten\\t%s\\n' "$1" "$(printf %s "$text" | line)"
    return
  fi
  ready="$ready $1"
}
order() {
  test -n "$ready" || { cat > /dev/null; return; }
  { cat; printf 'queue stamp in (\\n'; printf '%s\\n' $ready; printf ')\\n'; } > "$root/order.$$"
  text=$(condor_submit -terse -pool "$pool" -remote "$schedd" "$root/order.$$" 2> "$root/order.$$.err")
  if test $? = 0; then printf -- '-\\ttaken\\t%s\\t%s\\n' "$(printf %s "$text" | tr '\\n' ';')" "\${ready# }"
  else printf -- '-\\tfailed\\t%s\\t%s\\n' "$(line < "$root/order.$$.err")" "\${ready# }"; fi
  rm -f "$root/order.$$" "$root/order.$$.err"
  for stamp in $ready; do rm -f -- "$root/$stamp/pilot.json"; done
}
${orders.map(orderText).join('\n')}`;

const orderText = ({ description, pilots }: CondorOrder): string =>
  [
    'ready=',
    ...pilots.map(({ stamp, configuration }) => fedWith(`prepare ${quoted(stamp)}`, configuration)),
    `order <<'WM_END'\n${description}\nWM_END`,
  ].join('\n');

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** After the answer: keeps the numbers, and forgets what was refused. */
export const settleScript = (
  { root }: AreaPlaces,
  taken: ReadonlyMap<string, string>,
  refused: readonly string[],
): string => `
root=${quoted(root)}
${[...taken].map(([stamp, jobId]) => `printf '%s\\n' ${quoted(jobId)} > "$root/${stamp}/jobid"`).join('\n')}
${refused.map((stamp) => `rm -rf -- "\${root:?}/${stamp}"`).join('\n')}`;

const columns = jobColumns.map(quoted).join(' ');

/** `-allusers`: the CE knows the account by another name than this machine does. */
const queueOf = (constraint: string): string => `
text=$(condor_q -pool "$pool" -name "$schedd" -allusers -constraint ${quoted(constraint)} -af:t ${columns} 2>&1)
printf 'C|%s\\n' $?
printf '%s\\n' "$text" | sed 's/^/Q|/'`;

export const queueScript = (stamps: readonly string[]): string => queueOf(ofStamps(stamps));

export const loadScript = (label: ElementLabel): string => queueOf(ofElement(label));

/** What history and files say. As many lines as pilots are enough, so the history is not read to its beginning. */
export const endedScript = ({ root }: AreaPlaces, stamps: readonly string[]): string => `
root=${quoted(root)}
text=$(condor_history -pool "$pool" -name "$schedd" -constraint ${quoted(ofStamps(stamps))} -limit ${stamps.length} -af:t ${columns} 2>&1)
printf 'C|%s\\n' $?
printf '%s\\n' "$text" | sed 's/^/H|/'
${filesFunction}
${stamps.map((stamp) => `files ${quoted(stamp)}`).join('\n')}`;

export const killScript = ({ root }: AreaPlaces, stamps: readonly string[]): string => `
root=${quoted(root)}
for stamp in ${stamps.join(' ')}; do rm -f -- "$root/$stamp/pilot.json"; done
text=$(condor_rm -pool "$pool" -name "$schedd" -constraint ${quoted(ofStamps(stamps))} 2>&1)
printf 'C|%s\\n' $?
printf '%s\\n' "$text" | sed 's/^/T|/'`;

/** The output is at the CE until it is fetched, once, when the pilot has ended. */
export const fetchScript = ({ root }: AreaPlaces, stamp: string): string => `
cd -- ${quoted(`${root}/${stamp}`)} 2> /dev/null || { printf 'C|0\\n'; return; }
test -e out && { printf 'C|0\\n'; return; }
text=$(condor_transfer_data -pool "$pool" -name "$schedd" -constraint ${quoted(`${ofStamps([stamp])} && (JobStatus == 4 || JobStatus == 5 && ${hasFailed})`)} 2>&1)
printf 'C|%s\\n' $?
printf '%s\\n' "$text" | sed 's/^/T|/'`;

/** Held jobs that nobody will release, ended ones that are old, and folders of neither. */
export const cleanScript = (
  places: AreaPlaces,
  label: ElementLabel,
  values: HtcondorParameters,
  beforeS: number,
): string => {
  const age = 'time() - EnteredCurrentStatus';
  const isHopeless = `JobStatus == 5 && HoldReasonCode =!= 16 && !${hasFailed}`;
  const isNeverFed = `JobStatus == 5 && HoldReasonCode == 16 && ${age} > ${spoolLimitS}`;
  const isOld = `(JobStatus == 4 || JobStatus == 5) && ${age} > ${keptS(values)}`;
  const remove = `${ofElement(label)} && ((${isHopeless}) || (${isNeverFed}) || (${isOld}))`;
  return `
root=${quoted(places.root)}
queue=$(condor_q -pool "$pool" -name "$schedd" -allusers -constraint ${quoted(ofElement(label))} -af:t WmPilotStamp 2>&1)
code=$?
printf 'C|%s\\n' $code
test $code = 0 || { printf '%s\\n' "$queue" | sed 's/^/T|/'; return; }
condor_rm -pool "$pool" -name "$schedd" -constraint ${quoted(remove)} > /dev/null 2>&1
${cleaningFunctions(places, beforeS)}
for folder in "$root"/${anyStamp}; do
  test -d "$folder" || continue
  case "$queue" in *"\${folder##*/}"*) continue ;; esac
  if old "$folder"; then rm -rf -- "$folder"; fi
done`;
};
