/** Files of the input and output sandbox: look at text and pictures here, take the archive home. */
import { useQuery } from '@tanstack/react-query';
import { Block, Button } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { sandboxQuery, type SandboxSide } from '../../../server-state/sandboxes.ts';
import { Answer } from '../../../widgets/grid-application/answer.tsx';
import { byteSize } from '../../../widgets/grid-application/instants.ts';
import { SandboxFileView } from './sandbox-file-view.tsx';

const titles: Readonly<Record<SandboxSide, string>> = { output: 'Output', input: 'Input' };

interface OpenFile {
  readonly side: SandboxSide;
  readonly name: string;
}

interface SideProps {
  readonly jobId: number;
  readonly side: SandboxSide;
  readonly onView: (file: OpenFile) => void;
  readonly onDownload: (side: SandboxSide) => void;
}

function SandboxSideList({ jobId, side, onView, onDownload }: SideProps): ReactNode {
  const sandbox = useQuery(sandboxQuery(jobId, side));
  const files = sandbox.data?.files ?? [];
  const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const isEmpty = sandbox.data?.archives.length === 0;
  return (
    <Block
      title={`${titles[side]} sandbox`}
      aside={
        files.length > 0 && `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${byteSize(bytes)}`
      }
    >
      <Answer query={sandbox} what={`The ${side} sandbox`}>
        {(data) =>
          data.archives.length === 0 ? (
            <p className="muted">
              {side === 'output' ? 'Nothing was brought back.' : 'The job was sent without input files.'}
            </p>
          ) : (
            <table className="ruled files" aria-label={`Files of the ${side} sandbox`}>
              <tbody>
                {data.files.map((file) => (
                  <tr key={file.name}>
                    <td className="mono file-name" title={file.name}>
                      {file.name}
                    </td>
                    <td className="num">{byteSize(file.sizeBytes)}</td>
                    <td className="num">
                      {file.sizeBytes === 0 ? (
                        <span className="muted">Empty</span>
                      ) : (
                        <Button
                          look="quiet"
                          className="link"
                          aria-label={`View ${file.name}`}
                          onClick={() => onView({ side, name: file.name })}
                        >
                          View
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answer>
      {sandbox.data !== undefined && !isEmpty && (
        <Button icon="download" onClick={() => onDownload(side)}>
          Download {titles[side].toLowerCase()}
        </Button>
      )}
    </Block>
  );
}

export interface SandboxTabProps {
  readonly jobId: number;
  readonly onDownload: (side: SandboxSide) => void;
}

export function SandboxTab({ jobId, onDownload }: SandboxTabProps): ReactNode {
  const [file, setFile] = useState<OpenFile>();
  if (file !== undefined)
    return (
      <SandboxFileView jobId={jobId} side={file.side} name={file.name} onBack={() => setFile(undefined)} />
    );
  return (
    <>
      {(['output', 'input'] as const).map((side) => (
        <SandboxSideList key={side} {...{ jobId, side, onDownload }} onView={setFile} />
      ))}
    </>
  );
}
