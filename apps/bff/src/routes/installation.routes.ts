/** Welcome, launchpad, demo material, health and the OpenAPI document. */
import { readFile } from 'node:fs/promises';
import type { Core } from '@wm/wms-core/vocabulary';
import { openApiDocument } from '@wm/api-contract/openapi';
import {
  WmsError,
  effectiveAttribute,
  effectiveJobLimits,
  jdlAttributes,
  type JobLimits,
} from '@wm/wms-core/vocabulary';
import { mainProviderId, type IdentityProviders, type ListedProvider } from '../auth/identity-providers.ts';
import type { HandlersOf } from '../http/handler.ts';
import type { Installation } from '../installation.ts';

type InstallationRoutes =
  | 'GET /bff/welcome'
  | 'GET /bff/demo/certificates/:fileName'
  | 'GET /bff/launchpad'
  | 'GET /bff/installation/limits'
  | 'GET /bff/cli'
  | 'GET /api/health/live'
  | 'GET /api/health/ready'
  | 'GET /api/health/startup'
  | 'GET /api/openapi.json';

const servesVo = (vos: readonly string[], vo: string): boolean => vos.length === 0 || vos.includes(vo);

const mutable = (limits: JobLimits) => ({ ...limits, allowedJobTypes: [...limits.allowedJobTypes] });

/** What a visitor may log in with. */
function logins(installation: Installation, providers: readonly ListedProvider[]) {
  const hasDoor = installation.certificateOrigin !== undefined;
  return [
    ...providers.map(({ id, label }) => ({
      way: 'checkin' as const,
      provider: id,
      label,
      available: true,
      reason: null,
      standIn: installation.isStandIn && id === mainProviderId,
    })),
    {
      way: 'certificate' as const,
      provider: null,
      label: 'X.509 certificate',
      available: hasDoor,
      reason: hasDoor ? null : 'Log-in with a certificate is not configured in this installation.',
      standIn: false,
    },
  ];
}

function demoMaterial({ demo }: Installation) {
  if (demo === undefined) return null;
  return {
    users: demo.users().map(({ userName, displayName, password, groups }) => ({
      userName,
      displayName,
      password,
      groups: [...groups],
    })),
    certificates: demo.certificates.map(({ fileName, passphrase, userName, encoding }) => ({
      fileName,
      url: `/bff/demo/certificates/${fileName}`,
      passphrase,
      userName,
      encoding,
    })),
  };
}

export function installationRoutes(
  core: Pick<Core, 'configuration' | 'health'>,
  installation: Installation,
  providers: Pick<IdentityProviders, 'list'>,
): HandlersOf<InstallationRoutes> {
  const values = () => core.configuration.current().values;
  const openApi = JSON.stringify(openApiDocument(installation.version));

  async function probeReadiness(): Promise<void> {
    const report = await core.health();
    if (report.ok) return;
    const failed = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
    throw new WmsError('service.unavailable', `Not ready: ${failed.join(', ')}.`, { failed });
  }

  return {
    'GET /bff/welcome': async () => {
      const { name, welcome, links, supportEmail } = values().installation;
      return {
        name,
        welcome,
        version: installation.version,
        links: links.map((link) => ({ ...link })),
        supportEmail: supportEmail ?? null,
        certificateOrigin: installation.certificateOrigin ?? null,
        logins: logins(installation, providers.list()),
        demo: demoMaterial(installation),
      };
    },
    'GET /bff/demo/certificates/:fileName': async ({ params, response }) => {
      const found = installation.demo?.certificates.find(({ fileName }) => fileName === params.fileName);
      if (found === undefined) throw new WmsError('not-found', 'There is no demo certificate of that name.');
      response
        .attachment(found.fileName)
        .type('application/x-pkcs12')
        .send(await readFile(found.path));
    },
    'GET /bff/installation/limits': async ({ principal: { vo, group } }) => {
      const jobDescription = effectiveJobLimits(values(), vo, group);
      const written = jdlAttributes.filter(({ jdl }) => jdl.setBy === 'user');
      return {
        jobDescription: mutable(jobDescription),
        sandboxes: { ...values().limits },
        attributes: written.map((attribute) => {
          const { choices, ...rest } = effectiveAttribute(attribute, jobDescription);
          return { ...rest, ...(choices && { choices: [...choices] }) };
        }),
      };
    },
    'GET /bff/launchpad': async ({ principal: { vo, group } }) => {
      const { launchpad, sites, platforms, limits } = values();
      const sets = Object.entries(launchpad.sets).filter(([, set]) => servesVo(set.vos, vo));
      const usable = Object.entries(sites).filter(
        ([, site]) => servesVo(site.vos, vo) && site.status !== 'Banned',
      );
      return {
        sets: sets.map(([name, { description, parameters, files }]) => ({
          name,
          description,
          parameters: { ...parameters },
          files: { ...files },
        })),
        sites: usable.map(([name]) => name),
        platforms: Object.keys(platforms),
        jobDescription: mutable(effectiveJobLimits(values(), vo, group)),
        limits: { ...limits },
      };
    },
    'GET /bff/cli': async ({ response }) => {
      const file = await readFile(await installation.commandLine());
      response.attachment('dirac').type('text/javascript').send(file);
    },
    'GET /api/health/live': async () => ({ status: 'live' }),
    'GET /api/health/ready': async () => {
      await probeReadiness();
      return { status: 'ready' };
    },
    'GET /api/health/startup': async () => {
      await probeReadiness();
      return { status: 'startup complete' };
    },
    'GET /api/openapi.json': async ({ response }) => {
      response.type('json').send(openApi);
    },
  };
}
