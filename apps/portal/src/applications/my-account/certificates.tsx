/** Certificates that belong to the account: ways in, and what proxies of the account may come from. */
import { useQuery } from '@tanstack/react-query';
import { Block, Button, ConfirmDialog, CopyButton, useToasts } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import {
  certificatesQuery,
  unlinkCertificate,
  type LinkedCertificate,
} from '../../server-state/my-account.ts';
import { welcomeQuery } from '../../server-state/welcome.ts';
import { linkCertificate } from '../../session/log-in.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import { accountAddress } from './my-account-state.ts';

const sourceWords: Readonly<Record<LinkedCertificate['source'], string>> = {
  configuration: 'by the configuration',
  upload: 'with an uploaded proxy',
  issued: 'issued by this installation',
  'log-in': 'shown by your browser',
  provider: 'vouched for by the identity provider',
};

function UnlinkDialog({
  certificate,
  onClose,
}: {
  readonly certificate: LinkedCertificate;
  readonly onClose: () => void;
}): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);

  async function unlink(): Promise<void> {
    setIsBusy(true);
    try {
      await unlinkCertificate(certificate.certificateId);
      toasts.show({ text: 'Certificate un-linked', icon: 'certificate' });
    } catch (error) {
      toasts.show({ text: faultOf(error).message, tone: 'error' });
    }
    onClose();
  }

  return (
    <ConfirmDialog
      title="Un-link this certificate?"
      description="It no longer opens your account, and proxies made of it no longer run your jobs. It stays un-linked, even while an identity provider vouches for it, until you link it again or upload a proxy of it."
      confirmLabel="Un-link"
      danger
      busy={isBusy}
      onConfirm={() => void unlink()}
      onCancel={onClose}
    >
      <p className="mono doomed-dn">{certificate.subjectDn}</p>
    </ConfirmDialog>
  );
}

function LinkButton(): ReactNode {
  const { data: welcome } = useQuery(welcomeQuery);
  const way = welcome?.logins.find((logIn) => logIn.way === 'certificate');
  return (
    <Button
      icon="certificate"
      title="Your browser asks for a certificate on the next page; windows and drafts are kept"
      disabledReason={way?.available ? undefined : (way?.reason ?? 'not offered here')}
      onClick={() => linkCertificate(accountAddress)}
    >
      Link a certificate
    </Button>
  );
}

export function Certificates(): ReactNode {
  const query = useQuery(certificatesQuery);
  const [doomed, setDoomed] = useState<LinkedCertificate>();
  return (
    <Block title="Certificates">
      <Answer query={query} what="Your certificates">
        {(certificates) =>
          certificates.length === 0 ? (
            <p className="soft">
              None yet. The first proxy that you upload links its certificate to your account.
            </p>
          ) : (
            <ul className="account-list" aria-label="Certificates">
              {certificates.map((certificate) => {
                const { certificateId, issuerDn, linkedAt, source, subjectDn } = certificate;
                return (
                  <li key={certificateId}>
                    <div className="grow">
                      <p className="mono" title={`issued by ${issuerDn}`}>
                        {subjectDn}
                      </p>
                      <p className="muted xs">
                        {sourceWords[source]}, {fullInstant(linkedAt).slice(0, 16)} UTC
                      </p>
                    </div>
                    <CopyButton text={subjectDn} label={`Copy ${subjectDn}`} />
                    <Button aria-label={`Un-link ${subjectDn}`} onClick={() => setDoomed(certificate)}>
                      Un-link
                    </Button>
                  </li>
                );
              })}
            </ul>
          )
        }
      </Answer>
      <div className="account-acts">
        <LinkButton />
      </div>
      {doomed && <UnlinkDialog certificate={doomed} onClose={() => setDoomed(undefined)} />}
    </Block>
  );
}
