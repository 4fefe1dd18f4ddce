/**
 * `npm run issuing-authority -- --out FILE --name "/DC=org/…/CN=…"`: makes an authority that issues proxies without
 * a certificate. The file holds its key; it is of mode 0600 and never overwritten.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { slashForm } from '@wm/credentials';
import { namePartsOf } from '@wm/credentials/authority';
import { makeIssuingAuthority } from '@wm/wms-core/issuing-authority';

const usage =
  'Usage: npm run issuing-authority -- --out FILE --name "/DC=org/DC=example/CN=Example Issuing CA" [--years 10]' +
  ' [--public-key FILE --sign-command "/path/to/program words"]';

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string' },
        name: { type: 'string' },
        years: { type: 'string' },
        'public-key': { type: 'string' },
        'sign-command': { type: 'string' },
      },
    });
    const years = Number(values.years ?? '10');
    const { 'public-key': publicKeyFile, 'sign-command': signCommand } = values;
    const isWhole = (publicKeyFile === undefined) === (signCommand === undefined);
    const held =
      publicKeyFile === undefined || signCommand === undefined
        ? {}
        : { held: { publicKeyPem: readFileSync(publicKeyFile, 'utf8'), signCommand } };
    if (values.out && values.name && years >= 1 && years <= 30 && isWhole)
      return { keyFile: values.out, subject: namePartsOf(values.name), years, ...held };
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  return fail(usage);
}

try {
  const order = readArguments();
  const certificate = await makeIssuingAuthority({ ...order, nowMs: Date.now() });
  const until = new Date(certificate.notAfterMs).toISOString().slice(0, 10);
  process.stdout.write(
    `${slashForm(certificate.subject)} until ${until}, ${'held' in order ? 'without' : 'with'} its key, is in ${order.keyFile}.\n`,
  );
  process.stdout.write(`Set WM_ISSUING_AUTHORITY=${order.keyFile} to use it.\n`);
  if ('held' in order) process.stdout.write('Set WM_ISSUING_COMMAND to the program that signs.\n');
} catch (error) {
  fail(
    (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? 'The file is there already; an authority is never overwritten.'
      : String(error instanceof Error ? error.message : error),
  );
}
