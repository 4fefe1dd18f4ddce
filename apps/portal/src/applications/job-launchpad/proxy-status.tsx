/**
 * Proxy Status: is there a proxy that lasts long enough to run jobs in this group? The words are those of the
 * EGI guide; a click asks again.
 */
import { useQuery } from '@tanstack/react-query';
import { Button, StatusIcon, type StatusFamily, type StatusShape } from '@wm/ui-kit';
import { useId, type ReactNode } from 'react';
import { GetProxyButton } from '../../widgets/get-proxy/get-proxy-button.tsx';
import { proxyStatusQuery, type ProxyStatus } from '../../server-state/launchpad.ts';

type Word = 'Valid' | 'Not Valid' | 'Checking' | 'Unknown';

const looks: Readonly<Record<Word, { readonly family: StatusFamily; readonly shape: StatusShape }>> = {
  Valid: { family: 'success', shape: 'check' },
  'Not Valid': { family: 'failure', shape: 'cross' },
  Checking: { family: 'warning', shape: 'half' },
  Unknown: { family: 'preparing', shape: 'ring' },
};

/** "27 days left", "5 h left" */
export function timeLeft(validUntil: string, nowMs: number): string {
  const leftS = Math.max(0, (Date.parse(validUntil) - nowMs) / 1000);
  if (leftS >= 172_800) return `${Math.floor(leftS / 86_400)} days left`;
  return leftS >= 3600 ? `${Math.floor(leftS / 3600)} h left` : `${Math.floor(leftS / 60)} min left`;
}

function detailOf(word: Word, status: ProxyStatus | undefined): string {
  if (word === 'Valid' && status?.validUntil) return timeLeft(status.validUntil, Date.now());
  if (word === 'Not Valid') return status?.message ?? '';
  return word === 'Unknown' ? 'The server could not tell; click to ask again' : '';
}

export interface ProxyStatusBarProps {
  readonly onUploadProxy: () => void;
}

export function ProxyStatusBar({ onUploadProxy }: ProxyStatusBarProps): ReactNode {
  const id = useId();
  const { data, error, isFetching, refetch } = useQuery(proxyStatusQuery);
  const known = error || data === undefined ? 'Unknown' : data.state;
  const word: Word = isFetching ? 'Checking' : known;
  const { family, shape } = looks[word];
  const detail = detailOf(word, data);
  return (
    <div className="proxy-status">
      <span className="soft" id={id}>
        Proxy Status
      </span>
      <button
        type="button"
        className={`st full ${family}`}
        title="Click to check again"
        aria-label={`Proxy Status: ${word}`}
        aria-describedby={detail === '' ? undefined : `${id}-detail`}
        onClick={() => {
          void refetch();
        }}
      >
        <StatusIcon family={family} shape={shape} />
        <span role="status">{word}</span>
      </button>
      {detail !== '' && (
        <span className="muted cut" id={`${id}-detail`} title={detail}>
          {detail}
        </span>
      )}
      {!isFetching && data?.state === 'Not Valid' && (
        <>
          <GetProxyButton />
          <Button icon="upload" onClick={onUploadProxy}>
            Proxy Upload
          </Button>
        </>
      )}
    </div>
  );
}
