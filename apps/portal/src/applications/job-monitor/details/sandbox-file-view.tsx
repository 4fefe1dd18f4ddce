/** One file of a sandbox, shown inside the portal: text as a log, pictures as pictures, nothing is run. */
import { useQuery } from '@tanstack/react-query';
import { Button, LogView, Notice } from '@wm/ui-kit';
import { useCallback, type ReactNode } from 'react';
import { sandboxFileQuery, type SandboxSide } from '../../../server-state/sandboxes.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { byteSize } from '../../../widgets/grid-application/instants.ts';

function Picture({ blob, name }: { readonly blob: Blob; readonly name: string }): ReactNode {
  /* The URL lives as long as the picture stands in the page. */
  const show = useCallback(
    (image: HTMLImageElement | null) => {
      if (image === null) return undefined;
      const url = URL.createObjectURL(blob);
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [blob],
  );
  return <img className="sandbox-picture" ref={show} alt={name} />;
}

export interface SandboxFileViewProps {
  readonly jobId: number;
  readonly side: SandboxSide;
  readonly name: string;
  readonly onBack: () => void;
}

export function SandboxFileView({ jobId, side, name, onBack }: SandboxFileViewProps): ReactNode {
  const file = useQuery(sandboxFileQuery(jobId, side, name));
  return (
    <>
      <div className="tab-tools">
        <Button icon="chevron-left" onClick={onBack}>
          Files
        </Button>
        <span className="mono cut grow" title={name}>
          {name}
        </span>
        {file.data && <span className="muted xs">{byteSize(file.data.sizeBytes)}</span>}
      </div>
      <Answer query={file} what={name}>
        {(data) => (
          <>
            {data.isCut && <Notice>Only the beginning is shown; the whole file is in the archive.</Notice>}
            {data.kind === 'picture' ? (
              <Picture blob={data.blob} name={name} />
            ) : (
              <LogView text={data.text} label={name} />
            )}
          </>
        )}
      </Answer>
    </>
  );
}
