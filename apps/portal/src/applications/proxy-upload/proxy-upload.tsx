/**
 * The Proxy Upload window: three steps, each of which keeps its errors. The file, its passphrase and its key
 * stay in this browser; what is sent is a signed proxy (DESIGN D11).
 */
import { Stepper } from '@wm/ui-kit';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { UploadedProxy } from '../../server-state/proxies.ts';
import type { ApplicationProps } from '../application.ts';
import { DoneStep } from './done-step.tsx';
import { FileStep } from './file-step.tsx';
import type { OpenedCertificate } from './key-room.ts';
import { openKeyRoom, type KeyRoom } from './key-room-client.ts';
import type { ProxyUploadState } from './proxy-upload-state.ts';
import { ReviewStep } from './review-step.tsx';
import { steps } from './wizard.ts';
import './proxy-upload.css';

type Stage =
  | { readonly step: 'file' }
  | { readonly step: 'review'; readonly certificate: OpenedCertificate }
  | { readonly step: 'done'; readonly uploaded: UploadedProxy };

const stepIndex: Readonly<Record<Stage['step'], number>> = { file: 0, review: 1, done: 2 };

export function ProxyUpload({ open }: ApplicationProps<ProxyUploadState>): ReactNode {
  const [stage, setStage] = useState<Stage>({ step: 'file' });
  const room = useRef<KeyRoom>(undefined);
  const closeRoom = useCallback((): void => {
    room.current?.close();
    room.current = undefined;
  }, []);
  useEffect(() => closeRoom, [closeRoom]);

  const startAgain = (): void => {
    closeRoom();
    setStage({ step: 'file' });
  };

  async function openFile(file: File, passphrase: string): Promise<void> {
    closeRoom();
    const next = openKeyRoom();
    room.current = next;
    try {
      const certificate = await next.open(await file.arrayBuffer(), passphrase);
      if (room.current === next) setStage({ step: 'review', certificate });
    } catch (error) {
      next.close();
      if (room.current === next) throw error;
    }
  }

  return (
    <div className="proxy-upload">
      <Stepper steps={steps} current={stepIndex[stage.step]} label="Steps of the upload" />
      {stage.step === 'file' && <FileStep onOpen={openFile} onCancel={closeRoom} />}
      {stage.step === 'review' && (
        <ReviewStep
          certificate={stage.certificate}
          room={room}
          onBack={startAgain}
          onDone={(uploaded) => {
            closeRoom();
            setStage({ step: 'done', uploaded });
          }}
        />
      )}
      {stage.step === 'done' && (
        <DoneStep
          uploaded={stage.uploaded}
          onAgain={startAgain}
          onLaunchpad={() => open({ applicationId: 'job-launchpad' })}
        />
      )}
    </div>
  );
}
