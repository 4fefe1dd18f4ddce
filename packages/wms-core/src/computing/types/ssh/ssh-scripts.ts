/**
 * Scripts that start, watch and end pilots as sessions on a Linux host (computing-elements.md §3, §4): pure texts.
 * Nothing is started per pilot to look at it: /proc is read by the shell itself.
 *
 *   <stamp>/pid          number of the shell around the pilot and its start time, which together are unique
 *   <stamp>/stop         made before a kill: a shell that is only starting finds it and ends by itself
 *   <stamp>/rc           exit code of the pilot; absent when it was killed with its shell
 *   <stamp>/out, err     what it printed
 *   <stamp>/pilot.json   WM_PILOT_CONFIG, mode 0600; the pilot deletes it when it has read it
 *   <stamp>/work/        working folder of pilot and payloads; removed when the pilot has ended
 */
import {
  anyStamp,
  attendPilot,
  cleaningFunctions,
  needsPilotFile,
  type AreaPlaces,
} from '../../hosts/pilot-area.ts';
import { fedWith, quoted } from '../../hosts/shell-script.ts';

/** `fact PID` sets `state`, `session` and `started` (proc(5)); false when there is no such process. */
const facts = `
fact() {
  { read -r line < "/proc/$1/stat"; } 2> /dev/null || return 1
  set -- \${line##*) }
  state=$1 session=$4 started=\${20}
}
alive() {
  test -r "$root/$1/pid" && read -r pid began < "$root/$1/pid" && fact "$pid" && test "$started" = "$began" && test "$state" != Z
}`;

/** The shell around a pilot: `sh -c … wm-pilot STAMP NODE PILOT`. */
const attendant = `
trap : TERM INT HUP
node=$2 pilot=$3
read -r line < /proc/$$/stat
set -- \${line##*) }
echo "$$ \${20}" > pid.new && mv -f pid.new pid || exit 1
${attendPilot('> out 2> err')}
rm -rf work pilot.json`;

export interface SshStart {
  readonly nodeExecutable: string;
  /** Variables of the account that pilots get; the others stay behind. */
  readonly environment: readonly string[];
  readonly pilots: readonly { readonly stamp: string; readonly configuration: unknown }[];
}

/** A row a pilot: `stamp started`, or `stamp refused reason`. */
export const startScript = (places: AreaPlaces, start: SshStart): string => `
umask 077
root=${quoted(places.root)}
${needsPilotFile(places)}
for name in $(env | sed -n 's/^\\([A-Za-z_][A-Za-z0-9_]*\\)=.*/\\1/p'); do
  case ' ${start.environment.join(' ')} ' in *" $name "*) ;; *) unset "$name" ;; esac
done
refuse() { printf '%s\\trefused\\t%s\\n' "$1" "$2"; }
start() {
  test -e "$root/$1" && { refuse "$1" 'It was started before.'; return; }
  text=$( { mkdir -- "$root/$1" && cd -- "$root/$1" && mkdir -p work/tmp && cat > pilot.json; } 2>&1)
  if test $? != 0; then
    refuse "$1" "$(printf %s "$text" | tr '\\n\\t' '  ')"
    rm -rf -- "\${root:?}/$1"
    return
  fi
  (
    cd -- "$root/$1" || exit
    HOME=$PWD/work TMPDIR=$PWD/work/tmp WM_PILOT_CONFIG=$PWD/pilot.json
    export HOME TMPDIR WM_PILOT_CONFIG
    exec setsid sh -c ${quoted(attendant)} wm-pilot "$1" ${quoted(start.nodeExecutable)} ${quoted(places.pilotFile)}
  ) < /dev/null > /dev/null 2>&1 &
  printf '%s\\tstarted\\n' "$1"
}
${start.pilots.map(({ stamp, configuration }) => fedWith(`start ${quoted(stamp)}`, configuration)).join('\n')}`;

/** A row a pilot: `stamp gone`, `stamp running`, `stamp ended exit-code` or `stamp starting age-in-seconds`. */
export const statusScript = ({ root }: AreaPlaces, stamps: readonly string[]): string => `
root=${quoted(root)}
${facts}
now=$(date +%s)
status() {
  test -d "$root/$1" || { printf '%s\\tgone\\n' "$1"; return; }
  alive "$1" && { printf '%s\\trunning\\n' "$1"; return; }
  code=
  test -r "$root/$1/rc" && read -r code < "$root/$1/rc"
  if test -e "$root/$1/pid"; then printf '%s\\tended\\t%s\\n' "$1" "$code"
  else printf '%s\\tstarting\\t%s\\n' "$1" "$((now - $(stat -c %Y "$root/$1")))"; fi
}
${stamps.map((stamp) => `status ${quoted(stamp)}`).join('\n')}`;

/**
 * TERM to the shell around each pilot; KILL to its session and to whatever carries the pilot's folder in its
 * environment (payloads have sessions of their own) when the grace time is over.
 */
export const killScript = ({ root }: AreaPlaces, stamps: readonly string[], graceS: number): string => `
root=${quoted(root)}
${facts}
nap() { sleep 0.05 2> /dev/null || sleep 1; }
# Sets victims. Sessions are those of shells seen alive: a number alone proves nothing.
look() {
  victims=
  for entry in /proc/[0-9]*; do
    fact "\${entry##*/}" || continue
    case " $sessions " in *" $session "*) test "$state" = Z || victims="$victims \${entry##*/}" ;; esac
  done
  for entry in $(grep -lsF ${stamps.map((stamp) => `-e ${quoted(`/${stamp}/`)}`).join(' ')} /proc/[0-9]*/environ); do
    entry=\${entry%/environ}
    fact "\${entry##*/}" && test "$state" != Z && victims="$victims \${entry##*/}"
  done
}
sessions=
for stamp in ${stamps.join(' ')}; do
  test -d "$root/$stamp" && : > "$root/$stamp/stop"
  alive "$stamp" && sessions="$sessions $pid"
done
look
if test -n "$sessions"; then kill -TERM $sessions; else kill -TERM $victims; fi 2> /dev/null
until=$(($(date +%s) + ${Math.ceil(graceS)}))
while test -n "$victims" && test "$(date +%s)" -lt $until; do nap; look; done
until=$(($(date +%s) + 5))
while test -n "$victims" && test "$(date +%s)" -lt $until; do kill -KILL $victims 2> /dev/null; nap; look; done
for stamp in ${stamps.join(' ')}; do rm -rf -- "$root/$stamp/pilot.json" "$root/$stamp/work"; done`;

/** `running processors` */
export const loadScript = ({ root }: AreaPlaces): string => `
root=${quoted(root)}
${facts}
count=0
for folder in "$root"/${anyStamp}; do
  test -e "$folder/rc" || { alive "\${folder##*/}" && count=$((count + 1)); }
done
printf '%s\\t%s\\n' "$count" "$(nproc 2> /dev/null || grep -c ^processor /proc/cpuinfo)"`;

export const cleanScript = (places: AreaPlaces, beforeS: number): string => `
root=${quoted(places.root)}
${facts}
${cleaningFunctions(places, beforeS)}
for folder in "$root"/${anyStamp}; do
  test -d "$folder" || continue
  alive "\${folder##*/}" && continue
  if old "$folder"; then rm -rf -- "$folder"; elif test -e "$folder/pid"; then rm -rf -- "$folder/work" "$folder/pilot.json"; fi
done`;
