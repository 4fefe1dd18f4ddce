/** Certificate files the Proxy Upload wizard cannot use: told where it belongs, nothing sent, nothing stored. */
import { writeFile } from 'node:fs/promises';
import type { TestInfo } from '@playwright/test';
import { generateRsaKeyPair, writePem } from '@wm/credentials';
import { privateKeyOf } from '@wm/credentials/authority';
import { writePkcs12 } from '@wm/credentials/pkcs12-writer';
import { pkcs12Of, type TestPki } from '@wm/credentials/testing';
import type { ProxyUpload } from '../pages/proxy-upload.ts';
import { handIn } from './chains.ts';
import { expect, test } from './strict-test.ts';
import { proxiesOf, type StrictWorld } from './strict-world.ts';

const passphrase = 'correct horse';
const style = { encoding: 'modern', passphrase, iterations: 2048 } as const;

async function choose(
  upload: ProxyUpload,
  file: { readonly name?: string; readonly bytes: Uint8Array },
  info: TestInfo,
): Promise<void> {
  const path = info.outputPath(file.name ?? 'usercert.p12');
  await writeFile(path, file.bytes);
  await upload.choose(path);
}

type MakeFile = (pki: TestPki, strict: StrictWorld) => Promise<Uint8Array> | Uint8Array;

interface Unusable {
  readonly file: MakeFile;
  readonly name?: string;
  readonly passphrase?: string;
  readonly place: 'file' | 'passphrase';
  readonly says: RegExp;
}

const unusable: Record<string, Unusable> = {
  'with a wrong passphrase': {
    file: async (pki) => pkcs12Of(await pki.person('Vera Visitor'), style),
    passphrase: 'wrong horse',
    place: 'passphrase',
    says: /passphrase does not open this file. Check upper and lower case/,
  },
  'with a wrong passphrase and the old encoding': {
    file: async (pki) => pkcs12Of(await pki.person('Vera Visitor'), { ...style, encoding: 'legacy' }),
    passphrase: 'wrong horse',
    place: 'passphrase',
    says: /passphrase does not open this file/,
  },
  'without a key': {
    file: async (pki) =>
      writePkcs12({ certificates: [(await pki.person('No Key')).certificate.der], keys: [] }, style),
    place: 'file',
    says: /holds no private key. Export it again with "include private key"/,
  },
  'without a certificate': {
    file: async (pki) =>
      writePkcs12({ certificates: [], keys: [await privateKeyOf(await pki.person('Bare'))] }, style),
    place: 'file',
    says: /holds no certificate. Export certificate and key together/,
  },
  'with the key of another certificate': {
    file: async (pki) => {
      const other = await pki.person('Other', { keys: await generateRsaKeyPair() });
      const { certificate } = await pki.person('Vera Visitor');
      return writePkcs12({ certificates: [certificate.der], keys: [await privateKeyOf(other)] }, style);
    },
    place: 'file',
    says: /private key in the file fits none of its certificates/,
  },
  'with the keys of two people': {
    file: async (pki) => {
      const people = [
        await pki.person('First'),
        await pki.person('Second', { keys: await generateRsaKeyPair() }),
      ];
      return writePkcs12(
        {
          certificates: people.map(({ certificate }) => certificate.der),
          keys: await Promise.all(people.map(privateKeyOf)),
        },
        style,
      );
    },
    place: 'file',
    says: /holds 2 keys with certificates: .*CN=First.*CN=Second.*Export the one you need alone/,
  },
  'of an expired certificate': {
    file: (_, { faulty }) => pkcs12Of(faulty.expired, style),
    place: 'file',
    says: /CN=Otto Old.*(ended|expired)/,
  },
  'of a certificate that is not valid yet': {
    file: (_, { faulty }) => pkcs12Of(faulty.notYetValid, style),
    place: 'file',
    says: /CN=Nora Next.*(not valid|valid (only )?from|begins)/,
  },
  'that is a PEM file': {
    file: async (pki) => Buffer.from(writePem('CERTIFICATE', (await pki.person('Pem')).certificate.der)),
    name: 'usercert.pem',
    place: 'file',
    says: /This is a PEM file. Convert it first: openssl pkcs12 -export/,
  },
  'that is something else': {
    file: () => Buffer.from('GIF89a, a picture and no certificate'.repeat(20)),
    place: 'file',
    says: /not a PKCS#12 file, or it was damaged on its way/,
  },
  'that was cut off': {
    file: async (pki) => (await pkcs12Of(await pki.person('Cut'), style)).subarray(0, 900),
    place: 'file',
    says: /not a PKCS#12 file, or it was damaged on its way/,
  },
  'that is too large': {
    file: () => new Uint8Array(300_000),
    place: 'file',
    says: /"usercert.p12" is too large for a certificate file \(293\.0 KiB; at most 256 KiB\)/,
  },
  'that is empty': { file: () => new Uint8Array(), place: 'file', says: /"usercert.p12" is empty/ },
};

test('files that cannot be used are refused in this browser, at the field they belong to', async ({
  openDesktop,
  page,
  strict,
}, info) => {
  const user = await strict.visitor();
  const desktop = await openDesktop(user);
  const upload = await desktop.openProxyUpload();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/bff/proxies/requests')) asked.push(request.url());
  });
  for (const [what, { file, name, passphrase: typed = passphrase, place, says }] of Object.entries(unusable))
    await test.step(`a file ${what}`, async () => {
      const bytes = await file(strict.pki, strict);
      await choose(upload, { bytes, ...(name === undefined ? {} : { name }) }, info);
      const isOpened = bytes.length > 0 && bytes.length < 262_144;
      if (isOpened) {
        await upload.passphrase.fill(typed);
        await upload.open.click();
      }
      const box = upload.root.getByRole('group', { name: 'Certificate file' });
      const field = place === 'file' ? box : upload.passphrase;
      await expect(field).toHaveAccessibleDescription(says);
      await expect(field).toBeFocused();
      await expect(upload.passphrase).toHaveValue('');
      await expect(upload.review).toBeHidden();
      await upload.root.getByRole('button', { name: 'Reset' }).click();
    });
  await upload.open.click();
  await expect(upload.root).toContainText('Choose a .p12 or .pfx file first');
  expect(asked).toEqual([]);
  expect(await proxiesOf(user)).toEqual([]);
});

const refusedByServer: Record<string, { readonly file: MakeFile; readonly says: RegExp }> = {
  'a revoked certificate': {
    file: (_, { faulty }) => pkcs12Of(faulty.revoked, style),
    says: /Rita Revoked.*revoked/,
  },
  'a certificate of an authority nobody knows': {
    file: (_, { faulty }) => pkcs12Of(faulty.untrusted, style),
    says: /not an authority trusted here/,
  },
  'the certificate of another person': {
    file: async (pki, strict) => {
      const person = await pki.person('Shan Wang swang');
      await handIn(await strict.user('swang'), person);
      return pkcs12Of(person, style);
    },
    says: /CN=Shan Wang swang" belongs to another account. Choose your own/,
  },
};

for (const [what, { file, says }] of Object.entries(refusedByServer))
  test(`${what} is opened, but refused at the upload with the reason, and nothing is stored`, async ({
    openDesktop,
    strict,
  }, info) => {
    const user = await strict.visitor();
    const upload = await (await openDesktop(user)).openProxyUpload();
    await choose(upload, { bytes: await file(strict.pki, strict) }, info);
    await upload.passphrase.fill(passphrase);
    await upload.open.click();
    await expect(upload.review).toBeVisible();
    await upload.upload.click();
    await expect(upload.root.locator('.fault-box')).toContainText(says);
    await expect(upload.root.locator('.fault-box')).toBeFocused();
    await expect(upload.done).toBeHidden();
    expect(await proxiesOf(user)).toEqual([]);
    const { distinguishedNames } = await user.client.call('GET /bff/me', {});
    expect(distinguishedNames.filter((dn) => !dn.includes('workload-manager-demo'))).toEqual([]);
  });

test('a file with several certificates works with the one its key fits, and says which it left out', async ({
  openDesktop,
  strict,
}, info) => {
  const user = await strict.user('swang', 'access_user');
  const person = await strict.pki.person('Shan Wang several');
  const stranger = await strict.pki.person('Not Mine', { keys: await generateRsaKeyPair() });
  const bytes = await pkcs12Of(person, style, [stranger.certificate, strict.pki.issuer.certificate]);
  const upload = await (await openDesktop(user)).openProxyUpload();
  await choose(upload, { bytes }, info);
  await upload.passphrase.fill(passphrase);
  await upload.open.click();
  await expect(upload.facts.first()).toContainText('CN=Shan Wang several');
  await expect(upload.root).toContainText(/other certificates too, which are not used: .*CN=Not Mine/);
  await upload.upload.click();
  await expect(upload.done).toBeVisible();
  expect((await proxiesOf(user)).join()).toContain('CN=Shan Wang several');
  expect((await proxiesOf(user)).join()).not.toContain('Not Mine');
});
