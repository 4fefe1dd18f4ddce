/**
 * The kinds of value a setting may have: how its text is read, and what to say when it cannot be.
 * Pure; `settings.ts` puts the kinds into the table.
 */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly wrong: string; readonly right: string };

export interface SettingFault {
  readonly variable: string;
  readonly wrong: string;
  readonly right: string;
}

export interface SettingKind<T> {
  /** As shown in the reference page. */
  readonly label: string;
  /** Never printed, in messages or logs. */
  readonly secret?: true;
  read(text: string): Reading<T>;
}

const good = <T>(value: T): Reading<T> => ({ ok: true, value });
const bad = (wrong: string, right: string): Reading<never> => ({ ok: false, wrong, right });

export const text: SettingKind<string> = { label: 'text', read: good };

export const path: SettingKind<string> = { label: 'path', read: good };

export function wholeNumber(least: number, most: number): SettingKind<number> {
  return {
    label: `whole number, ${least} to ${most}`,
    read(given) {
      const value = /^\d{1,12}$/.test(given) ? Number(given) : Number.NaN;
      return value >= least && value <= most
        ? good(value)
        : bad(`“${given}” is not a whole number in range`, `a whole number from ${least} to ${most}`);
    },
  };
}

export function choice<const T extends string>(...words: readonly T[]): SettingKind<T> {
  return {
    label: words.join(' | '),
    read(given) {
      const word = words.find((candidate) => candidate === given);
      return word === undefined
        ? bad(`“${given}” is not one of the choices`, `one of ${words.join(', ')}`)
        : good(word);
    },
  };
}

/** An origin such as `https://wm.example.org`; kept without a slash at the end. */
export const origin: SettingKind<string> = {
  label: 'origin (URL without a path)',
  read(given) {
    const url = URL.canParse(given) ? new URL(given) : undefined;
    const isOrigin =
      url !== undefined &&
      (url.protocol === 'https:' || url.protocol === 'http:') &&
      url.pathname === '/' &&
      url.search + url.hash + url.username + url.password === '';
    return isOrigin
      ? good(url.origin)
      : bad(`“${given}” is not an origin`, 'scheme, host and port only, such as https://wm.example.org');
  },
};

/** Kept as written: an issuer is compared byte by byte. */
export const issuer: SettingKind<string> = {
  label: 'URL',
  read(given) {
    const url = URL.canParse(given) ? new URL(given) : undefined;
    const usable = url !== undefined && /^https?:$/.test(url.protocol) && url.search + url.hash === '';
    return usable
      ? good(given)
      : bad(
          `“${given}” is not a URL of an issuer`,
          'the issuer exactly as the provider states it, such as https://aai.egi.eu/auth/realms/egi',
        );
  },
};

/** Holds a password as a rule, so nothing of it is printed. */
export const postgresUrl: SettingKind<string> = {
  label: 'URL of a PostgreSQL database, secret',
  secret: true,
  read(given) {
    const right = 'postgresql://user:password@host:5432/database';
    const url = URL.canParse(given) ? new URL(given) : undefined;
    if (url === undefined) return bad('is not a URL', right);
    if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:')
      return bad(`names the scheme ${url.protocol}//`, right);
    if (!/^\/[^/]+$/.test(url.pathname)) return bad('names no database', right);
    return good(given);
  },
};

/** May hold a password, so nothing of it is printed. */
export const smtpUrl: SettingKind<string> = {
  label: 'URL of a mail server, secret',
  secret: true,
  read(given) {
    const right = 'smtp://user:password@host:587, or smtps:// for TLS from the start';
    const url = URL.canParse(given) ? new URL(given) : undefined;
    if (url === undefined) return bad('is not a URL', right);
    if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')
      return bad(`names the scheme ${url.protocol}//`, right);
    const hasMore = !['', '/'].includes(url.pathname) || url.search + url.hash !== '';
    return url.hostname === '' || hasMore ? bad('is not just a host with its port', right) : good(given);
  },
};

export const secretText: SettingKind<string> = {
  label: 'secret, at least 32 characters',
  secret: true,
  read: (given) =>
    given.length >= 32
      ? good(given)
      : bad(
          `is ${given.length} characters long`,
          'at least 32 random characters, such as `openssl rand -hex 32` prints',
        ),
};

export const password: SettingKind<string> = { label: 'secret', secret: true, read: good };

/** Several of `secretKey`, apart by commas. */
export const secretKeys: SettingKind<readonly Uint8Array[]> = {
  label: 'secrets, 32 bytes each in hexadecimal or base64, apart by commas',
  secret: true,
  read(given) {
    const readings = given.split(',').map((text) => secretKey.read(text.trim()));
    const faulty = readings.find((reading) => !reading.ok);
    if (faulty) return faulty;
    return good(readings.flatMap((reading) => (reading.ok ? [reading.value] : [])));
  },
};

/** 32 bytes in hexadecimal or base64. */
export const secretKey: SettingKind<Uint8Array> = {
  label: 'secret, 32 bytes in hexadecimal or base64',
  secret: true,
  read(given) {
    const bytes = /^[0-9a-fA-F]{64}$/.test(given) ? Buffer.from(given, 'hex') : Buffer.from(given, 'base64');
    return bytes.length === 32
      ? good(new Uint8Array(bytes))
      : bad('does not hold 32 bytes', '64 hexadecimal digits, such as `openssl rand -hex 32` prints');
  },
};
