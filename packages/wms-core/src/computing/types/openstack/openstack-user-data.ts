/**
 * What a machine runs when it has booted (cloud-init, a shell script): a pilot as an account of its own, what it prints
 * on the console with `wm-out: ` or `wm-err: ` before each line, its exit code, and the end of the machine. The token is
 * in this text, and the metadata service would tell it to every payload: root closes that way before the pilot starts.
 */
import { wrapperScript } from '../../hosts/pilot-wrapper.ts';
import { quoted } from '../../hosts/shell-script.ts';
import type { OpenstackParameters } from './openstack-parameters.ts';

export const machinePlaces = { console: '/dev/console', home: '/var/lib/wm-pilot' } as const;

export interface MachineOrder {
  readonly stamp: string;
  /** Text of the pilot's file. */
  readonly pilot: string;
  readonly configuration: unknown;
  /** The machine ends by itself after so long. */
  readonly lifeS: number;
}

const { console: tty, home } = machinePlaces;

export const userData = (
  { stamp, pilot, configuration, lifeS }: MachineOrder,
  { nodeExecutable, nodeArchive }: OpenstackParameters,
): string => `#!/bin/sh
umask 077
complain() { printf 'wm-err: %s\\n' "$1" >> ${tty}; }
finish() { printf '\\nwm-end: ${stamp} %s\\n' "$1" >> ${tty}; rm -rf ${home}; poweroff; exit 0; }
shutdown -P +${Math.ceil(lifeS / 60)} > /dev/null 2>&1
ip route add prohibit 169.254.169.254/32 || { complain 'The metadata service cannot be closed to payloads: the image needs ip.'; finish 126; }
id wm-pilot > /dev/null 2>&1 || useradd --system --user-group wm-pilot || { complain 'The account wm-pilot cannot be made.'; finish 126; }
mkdir -p ${home} && cd ${home} || finish 126
cat > wm-pilot.sh <<'WM_END_OF_WRAPPER'
${wrapperScript({ node: nodeExecutable, pilot: 'pilot.mjs', configuration: 'pilot.json' })}WM_END_OF_WRAPPER
cat > pilot.mjs <<'WM_END_OF_PILOT'
${pilot}
WM_END_OF_PILOT
cat > pilot.json <<'WM_END_OF_CONFIGURATION'
${JSON.stringify(configuration)}
WM_END_OF_CONFIGURATION
path=$PATH
${nodeArchive === undefined ? '' : fetchNode(nodeArchive)}
chown -R wm-pilot:wm-pilot ${home}
mkfifo out err
sed -u 's/^/wm-out: /' < out >> ${tty} &
sed -u 's/^/wm-err: /' < err >> ${tty} &
runuser -u wm-pilot -- env -i PATH="$path" LANG=C.UTF-8 sh ./wm-pilot.sh > out 2> err
code=$?
wait
finish $code
`;

const fetchNode = ({ url, sha256 }: NonNullable<OpenstackParameters['nodeArchive']>): string => `
mkdir node && curl -fsSL --retry 5 -o archive ${quoted(url)} || { complain ${quoted(`${url} cannot be fetched.`)}; finish 127; }
echo '${sha256}  archive' | sha256sum -c > /dev/null || { complain ${quoted(`${url} is not what nodeArchive > sha256 says.`)}; finish 127; }
tar -xf archive -C node --strip-components=1 && rm archive || { complain ${quoted(`${url} cannot be unpacked.`)}; finish 127; }
path=${home}/node/bin:$path`;

export interface ConsoleText {
  readonly stdout: string;
  readonly stderr: string;
  /** Of the pilot; undefined when the console does not tell it. */
  readonly exitCode: string | undefined;
}

/** What the pilot printed, without the noise of the machine. */
export const readConsole = (text: string, stamp: string): ConsoleText => {
  const lines = (prefix: string): string =>
    text
      .split('\n')
      .flatMap((line) => {
        const at = line.indexOf(prefix);
        return at < 0 ? [] : [`${line.slice(at + prefix.length).replace(/\r$/, '')}\n`];
      })
      .join('');
  return {
    stdout: lines('wm-out: '),
    stderr: lines('wm-err: '),
    exitCode: new RegExp(`wm-end: ${stamp} (\\d+)`).exec(text)?.[1],
  };
};
