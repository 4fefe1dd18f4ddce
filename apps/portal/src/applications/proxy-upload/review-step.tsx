/**
 * Step 2: what was found in the file, whose it is, how long the proxy shall last, which groups shall gain.
 * "Upload" asks the server for a request, has it signed in the worker and hands the chain in.
 */
import { isCredentialError } from '@wm/credentials';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { Button, FactList, Field, Notice, Slider, Toolbar } from '@wm/ui-kit';
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useMe } from '../../server-state/me.ts';
import { uploadProxy, type UploadedProxy } from '../../server-state/proxies.ts';
import { GroupPicks } from './group-picks.tsx';
import type { OpenedCertificate } from './key-room.ts';
import type { KeyRoom } from './key-room-client.ts';
import { StepTitle } from './step-title.tsx';
import {
  endsSoonDays,
  instantText,
  isTooShortForJobs,
  lifetimeStops,
  lifetimeText,
  matchOf,
  picksFault,
  picksOf,
  type Match,
} from './wizard.ts';

export interface ReviewStepProps {
  readonly certificate: OpenedCertificate;
  readonly room: RefObject<KeyRoom | undefined>;
  readonly onBack: () => void;
  readonly onDone: (uploaded: UploadedProxy) => void;
}

const matchNotice: Readonly<Record<Match, ReactNode>> = {
  linked: <Notice tone="good">This certificate is linked to your account.</Notice>,
  first: <Notice>This certificate is new here. Uploading links it to your account.</Notice>,
  additional: (
    <Notice tone="warn">
      This is not one of the certificates linked to your account. Uploading links it as well; check that it is
      yours.
    </Notice>
  ),
};

const faultText = (error: unknown): string =>
  isWmsError(error) || isCredentialError(error)
    ? error.message
    : 'The upload failed because of a fault in this page.';

interface CertificateNoticesProps {
  readonly certificate: OpenedCertificate;
  readonly nowMs: number;
}

function CertificateNotices({ certificate, nowMs }: CertificateNoticesProps): ReactNode {
  const { distinguishedNames } = useMe();
  const daysLeft = endsSoonDays(certificate.notAfterMs, nowMs);
  return (
    <>
      {matchNotice[matchOf(certificate.subjectDn, distinguishedNames)]}
      {daysLeft !== undefined && (
        <Notice tone="warn">
          The certificate ends in {daysLeft === 1 ? '1 day' : `${daysLeft} days`}. Ask for a new one soon.
        </Notice>
      )}
      {certificate.others.length > 0 && (
        <Notice>
          The file holds other certificates too, which are not used: {certificate.others.join('; ')}
        </Notice>
      )}
    </>
  );
}

export function ReviewStep({ certificate, room, onBack, onDone }: ReviewStepProps): ReactNode {
  const [nowMs] = useState(() => Date.now());
  const stops = lifetimeStops(certificate.notAfterMs, nowMs);
  const [stop, setStop] = useState(stops.length - 1);
  const { memberships } = useMe();
  const groups = memberships.map(({ group }) => group);
  const [unpicked, setUnpicked] = useState<ReadonlySet<string>>(new Set());
  const [isUploading, setIsUploading] = useState(false);
  const [fault, setFault] = useState<string>();
  const faultBox = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (fault !== undefined) faultBox.current?.focus();
  }, [fault]);
  const lifetimeMs = stops[stop] ?? 0;
  const endsMs = Math.min(nowMs + lifetimeMs, certificate.notAfterMs);

  async function upload(): Promise<void> {
    const { current: keyRoom } = room;
    if (isUploading || !keyRoom || picksFault(groups, unpicked) !== undefined) return;
    setIsUploading(true);
    setFault(undefined);
    try {
      const sign = (csrPem: string) => keyRoom.sign(csrPem, Date.now() + lifetimeMs);
      onDone(await uploadProxy(sign, picksOf(groups, unpicked)));
    } catch (error) {
      setFault(faultText(error));
      setIsUploading(false);
    }
  }

  return (
    <>
      <div className="step-body">
        <StepTitle onEnter={() => void upload()}>Is this you?</StepTitle>
        {fault !== undefined && (
          <div ref={faultBox} tabIndex={-1} className="fault-box">
            <Notice tone="fail">{fault}</Notice>
          </div>
        )}
        <FactList
          facts={[
            { name: 'Subject', value: certificate.subjectDn, mono: true },
            { name: 'Issuer', value: certificate.issuerDn, mono: true },
            { name: 'Valid until', value: instantText(certificate.notAfterMs) },
          ]}
        />
        <CertificateNotices certificate={certificate} nowMs={nowMs} />
        <Field
          label="Lifetime of the proxy"
          hint={
            isTooShortForJobs(lifetimeMs)
              ? `Until ${instantText(endsMs)}. Too short to submit jobs: they need more than 24 hours.`
              : `Until ${instantText(endsMs)}.`
          }
        >
          <Slider
            value={stop}
            onChange={setStop}
            min={0}
            max={stops.length - 1}
            valueText={lifetimeText(lifetimeMs)}
          />
        </Field>
        <GroupPicks memberships={memberships} unpicked={unpicked} onChange={setUnpicked} />
      </div>
      <Toolbar label="Step 2 of 3" place="foot">
        <Button onClick={onBack} disabledReason={isUploading ? 'being uploaded' : undefined}>
          Back
        </Button>
        <span className="grow" />
        <Button
          look="primary"
          icon="upload"
          busy={isUploading}
          disabledReason={picksFault(groups, unpicked)}
          onClick={() => void upload()}
        >
          Upload
        </Button>
      </Toolbar>
    </>
  );
}
