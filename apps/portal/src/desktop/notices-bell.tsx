/** The bell in the top bar: what the account should know, and a toast when something new is worth it. */
import { useQuery } from '@tanstack/react-query';
import { Button, IconButton, Popover, useToasts } from '@wm/ui-kit';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { markNoticesRead, noticesQuery, type Notice } from '../server-state/notices.ts';
import { useDesktop } from './use-desktop.tsx';

/** Where a matter is put right. */
const remedies: Readonly<Record<Notice['kind'], { readonly label: string; readonly applicationId: string }>> =
  {
    proxy: { label: 'Upload a proxy', applicationId: 'proxy-upload' },
    'log-in': { label: 'Show my tokens', applicationId: 'token-manager' },
  };

const isUnread = ({ readAt }: Notice): boolean => readAt === null;
const noNotices: readonly Notice[] = [];

const when = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** A toast for each unread notice, once in this tab. */
function useNoticeToasts(notices: readonly Notice[], onRemedy: (notice: Notice) => void): void {
  const toasts = useToasts();
  const told = useRef(new Set<string>());
  useEffect(() => {
    for (const notice of notices.filter(isUnread)) {
      const key = `${notice.noticeId} ${notice.createdAt}`;
      if (told.current.has(key)) continue;
      told.current.add(key);
      toasts.show({
        text: notice.title,
        icon: 'bell',
        ...(notice.level === 'critical' ? { tone: 'error' as const } : {}),
        action: { label: remedies[notice.kind].label, onAct: () => onRemedy(notice) },
      });
    }
  }, [notices, onRemedy, toasts]);
}

export function NoticesBell(): ReactNode {
  const { open } = useDesktop();
  const { data: notices = noNotices } = useQuery(noticesQuery);
  const [isOpen, setIsOpen] = useState(false);
  const unread = notices.filter(isUnread);
  const remedy = useCallback(
    (notice: Notice): void => open({ applicationId: remedies[notice.kind].applicationId }),
    [open],
  );
  useNoticeToasts(notices, remedy);

  function show(next: boolean): void {
    setIsOpen(next);
    // Read when they were seen: the mark stays while the list is open.
    if (!next) void markNoticesRead(unread.map(({ noticeId }) => noticeId)).catch(() => undefined);
  }

  return (
    <Popover
      label="Notices"
      align="end"
      isOpen={isOpen}
      onOpenChange={show}
      trigger={
        <IconButton
          icon="bell"
          label={unread.length === 0 ? 'Notices' : `Notices, ${unread.length} unread`}
          className={unread.length === 0 ? 'bell' : 'bell has-unread'}
        />
      }
    >
      {notices.length === 0 ? (
        <p className="notices-none muted">Nothing needs your attention.</p>
      ) : (
        <ul className="notices">
          {notices.map((notice) => (
            <li key={notice.noticeId} className={`${notice.level}${isUnread(notice) ? ' unread' : ''}`}>
              <b>{notice.title}</b>
              <p>{notice.message}</p>
              <div className="row">
                <time className="muted xs" dateTime={notice.createdAt}>
                  {when.format(Date.parse(notice.createdAt))} UTC
                </time>
                <Button
                  onClick={() => {
                    show(false);
                    remedy(notice);
                  }}
                >
                  {remedies[notice.kind].label}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
