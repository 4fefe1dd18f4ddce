/** Where grid tools keep certificates, proxies and what they trust. Pure. */
import { join } from 'node:path';
import type { World } from '../world.ts';

type Place = Pick<World, 'env' | 'home' | 'userId'>;

export const proxyFileOf = ({ env, userId }: Pick<Place, 'env' | 'userId'>, named?: string): string => {
  const { X509_USER_PROXY: file } = env;
  return named ?? (file || `/tmp/x509up_u${userId}`);
};

export interface CertificatePlaces {
  readonly certificate: string;
  readonly key: string;
  /** Instead of the two, when the first is not there. */
  readonly pkcs12: string;
}

export function certificatePlaces(
  { env, home }: Place,
  certificate: string | undefined,
  key: string | undefined,
): CertificatePlaces {
  const { X509_USER_CERT, X509_USER_KEY } = env;
  const folder = join(home, '.globus');
  return {
    certificate: certificate ?? (X509_USER_CERT || join(folder, 'usercert.pem')),
    // A file may hold both.
    key:
      key ??
      (certificate !== undefined && certificate.endsWith('.pem')
        ? certificate
        : X509_USER_KEY || join(folder, 'userkey.pem')),
    pkcs12: join(folder, 'usercred.p12'),
  };
}

export function trustPlaces({ env }: Pick<Place, 'env'>) {
  const { X509_CERT_DIR, X509_VOMSES, X509_VOMS_DIR } = env;
  return {
    authorities: X509_CERT_DIR || '/etc/grid-security/certificates',
    vomses: X509_VOMSES || '/etc/vomses',
    vomsdir: X509_VOMS_DIR || '/etc/grid-security/vomsdir',
  };
}
