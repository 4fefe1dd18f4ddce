/**
 * The settings of the certificate port: which combinations make sense, and what they come to. Asked by
 * `settings.ts`.
 */
import { resolve } from 'node:path';
import type { SettingFault } from './setting-kinds.ts';
import { settingsTable, type GivenSettings, type SettingName } from './settings-table.ts';

export interface CertificateDoorSettings {
  /** Undefined = the next free one above the main port; demo mode only. */
  readonly port: number | undefined;
  readonly url: string | undefined;
  /** Paths of PEM files; undefined = those of the demo authority. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
}

/** The demo authority issues certificates where the stand-in Check-in lets people in. */
const hasDemoAuthority = (given: GivenSettings): boolean =>
  given.mode === 'demo' && given.oidcIssuer === undefined;

export function faultsOfCertificateDoor(given: GivenSettings): SettingFault[] {
  const { certificatePort, certificateUrl, tlsCertificate, tlsKey, publicUrl, port } = given;
  const faults: SettingFault[] = [];
  const fault = (name: SettingName, wrong: string, right: string): void => {
    faults.push({ variable: settingsTable[name].variable, wrong, right });
  };
  if ((tlsCertificate === undefined) !== (tlsKey === undefined))
    fault(
      tlsKey === undefined ? 'tlsKey' : 'tlsCertificate',
      'missing, while the other half is given',
      'both WM_TLS_CERT and WM_TLS_KEY, or none',
    );
  const others = [certificateUrl, tlsCertificate, tlsKey];
  if (certificatePort === undefined && !hasDemoAuthority(given)) {
    if (others.some((value) => value !== undefined))
      fault('certificatePort', 'missing, while settings of that port are given', 'the port to listen on');
    return faults;
  }
  if (certificatePort !== undefined && certificatePort !== 0 && certificatePort === port)
    fault('certificatePort', 'the same as WM_PORT', 'a port of its own');
  if (!hasDemoAuthority(given) && tlsCertificate === undefined && tlsKey === undefined)
    fault('tlsCertificate', 'missing', 'the certificate of this host, as the certificate port speaks TLS');
  if (certificateUrl === undefined && given.mode === 'production')
    fault('certificateUrl', 'missing', 'the https origin under which people reach the certificate port');
  if (certificateUrl !== undefined && !certificateUrl.startsWith('https:'))
    fault('certificateUrl', 'not https', 'an https origin; only TLS shows certificates');
  if (certificateUrl !== undefined && certificateUrl === publicUrl)
    fault(
      'certificateUrl',
      'the same as WM_PUBLIC_URL, so that every visitor would be asked for a certificate',
      'another port or host',
    );
  return faults;
}

type Parts = Pick<GivenSettings, 'certificatePort' | 'certificateUrl' | 'tlsCertificate' | 'tlsKey'>;

export function certificateDoorOf(
  given: GivenSettings,
  { certificatePort: port, certificateUrl: url, tlsCertificate, tlsKey }: Parts,
): CertificateDoorSettings | undefined {
  if (port === undefined && !hasDemoAuthority(given)) return undefined;
  const tls =
    tlsCertificate === undefined || tlsKey === undefined
      ? undefined
      : { certificate: resolve(tlsCertificate), key: resolve(tlsKey) };
  // A demo whose main port was chosen at random has no next one.
  return { port: port ?? (given.port === 0 ? 0 : undefined), url, tls };
}
