/** Pages of VOMS-Admin's `apiv2/users`, read. Suspended members and certificates are none. Pure. */
import { readDnText } from '@wm/credentials';
import { z } from 'zod';
import { fqansOfVo, identityOf, type ServiceMember } from './service-member.ts';

const certificate = z.object({
  subjectString: z.string().max(1024),
  issuerString: z.string().max(1024),
  suspended: z.boolean().default(false),
});

const user = z.object({
  suspended: z.boolean().default(false),
  certificates: z.array(certificate).max(100),
  fqans: z.array(z.string().max(1024)).max(1000),
});

const page = z.object({ result: z.array(user) });

/** Throws when it is no such page. */
export const readVomsAdminPage = (answer: unknown): readonly z.output<typeof user>[] =>
  page.parse(answer).result;

export const memberOfVomsAdmin = (
  { suspended, certificates, fqans }: z.output<typeof user>,
  vo: string,
): ServiceMember => ({
  identities: suspended
    ? []
    : certificates
        .filter((one) => !one.suspended)
        .map((one) => identityOf(readDnText(one.issuerString), readDnText(one.subjectString))),
  fqans: fqansOfVo(fqans, vo),
});
