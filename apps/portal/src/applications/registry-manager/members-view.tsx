/** Members of the VO: their groups and why, last log-in, suspension; and what can be done about them. */
import { useQuery } from '@tanstack/react-query';
import {
  CheckBox,
  EmptyState,
  IconButton,
  Notice,
  PointMenu,
  StatusPill,
  TextInput,
  pointOf,
  type MenuPoint,
} from '@wm/ui-kit';
import { DataGrid, type GridColumn } from '@wm/ui-kit/data-grid';
import { useMemo, useState, type ReactNode } from 'react';
import { useMe, useMembership } from '../../server-state/me.ts';
import { membersQuery, synchronisationQuery, type VoMember } from '../../server-state/registry.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { MemberDialogs, type AskedAction } from './member-dialogs.tsx';
import { memberMenu } from './member-menu.ts';
import {
  isMemberColumn,
  memberText,
  membersToShow,
  suspensionText,
  synchronisationText,
  type MemberColumn,
} from './member-rows.ts';
import type { RegistryManagerState } from './registry-manager-state.ts';

const textOf = (column: MemberColumn) => (member: VoMember) => memberText(member, column);

const columnsWith = (onMenu: (member: VoMember, at: MenuPoint) => void): readonly GridColumn<VoMember>[] => [
  { id: 'userName', title: 'User', width: 96, text: textOf('userName') },
  { id: 'displayName', title: 'Name', width: 128, text: textOf('displayName') },
  { id: 'email', title: 'E-mail', width: 190, look: 'soft', text: textOf('email') },
  { id: 'groups', title: 'Groups and why', width: 200, grows: true, text: textOf('groups') },
  { id: 'lastLogInAt', title: 'LastLogIn[UTC]', width: 140, isRight: true, text: textOf('lastLogInAt') },
  {
    id: 'state',
    title: 'State',
    width: 190,
    grows: true,
    text: textOf('state'),
    cell: (member) =>
      member.suspension === null ? (
        'Active'
      ) : (
        <span className="member-state">
          <StatusPill family="stopped" shape="square" label="Suspended" look="bare" />
          <span className="soft cut">{suspensionText(member)}</span>
        </span>
      ),
  },
  {
    id: 'menu',
    title: 'Menu',
    width: 40,
    isPinned: true,
    isSortable: false,
    text: () => '',
    cell: (member) => (
      <IconButton
        icon="more"
        label={`Actions on ${member.userName}`}
        className="member-tools"
        // By keyboard: Enter, the Menu key or Shift+F10 on the row.
        tabIndex={-1}
        onClick={(event) => onMenu(member, pointOf(event.currentTarget))}
      />
    ),
  },
];

export interface MembersViewProps {
  readonly state: RegistryManagerState;
  readonly onState: (change: Partial<RegistryManagerState>) => void;
}

export function MembersView({ state, onState }: MembersViewProps): ReactNode {
  const query = useQuery(membersQuery);
  const { data: synchronisation } = useQuery(synchronisationQuery);
  const { accountId } = useMe();
  const vo = useMembership()?.vo ?? '';
  const [menu, setMenu] = useState<{ readonly member: VoMember; readonly at: MenuPoint }>();
  const [asked, ask] = useState<AskedAction>();
  const rows = useMemo(() => membersToShow(query.data ?? [], state), [query.data, state]);
  const columns = useMemo(() => columnsWith((member, at) => setMenu({ member, at })), []);
  const total = query.data?.length;
  // The button of a row may hold the member as he was when the row was drawn.
  const menuMember = query.data?.find((member) => member.accountId === menu?.member.accountId);

  return (
    <div className="members-view">
      <div className="bar line tool-bar">
        <TextInput
          type="search"
          aria-label="Find members"
          placeholder="User, name, e-mail or group"
          value={state.text}
          onChange={(text) => onState({ text })}
        />
        <CheckBox
          label="Only suspended"
          checked={state.onlySuspended}
          onChange={(onlySuspended) => onState({ onlySuspended })}
        />
        <span className="grow" />
        {total !== undefined && (
          <span className="muted xs cut" role="status">
            {rows.length === total ? `${total}` : `${rows.length} of ${total}`}{' '}
            {total === 1 ? 'member' : 'members'}
          </span>
        )}
        <IconButton
          icon="refresh"
          label="Refresh"
          className={query.isFetching ? 'turning' : ''}
          onClick={() => void query.refetch()}
        />
      </div>
      {synchronisation && (
        <p className={`line xs ${synchronisation.failure === null ? 'muted' : ''}`}>
          {synchronisationText(synchronisation)}
        </p>
      )}
      {query.data !== undefined && query.isError && (
        <Notice tone="fail">
          What you see is old; it could not be read again: {faultOf(query.error).message}
        </Notice>
      )}
      <Answer query={query} what="The members">
        {(all) => (
          <DataGrid
            label="Members"
            columns={columns}
            rows={rows}
            rowId={(member) => member.accountId}
            sort={state.sort}
            onSort={({ columnId, direction }) =>
              isMemberColumn(columnId) && onState({ sort: { columnId, direction } })
            }
            onContextMenu={(member, at) => setMenu({ member, at })}
            onOpen={(member) => setMenu({ member, at: pointOf(document.activeElement ?? document.body) })}
            isStale={query.isError}
            empty={
              <EmptyState
                icon="users"
                title={all.length === 0 ? 'The VO has no members yet' : 'Nobody matches'}
              >
                {all.length === 0
                  ? 'People become members by the configuration, by an entitlement of their log-in, by the membership service of the VO, or by a request that is granted here. They are listed after their first log-in.'
                  : 'Search for another part of a name, or show everybody.'}
              </EmptyState>
            }
          />
        )}
      </Answer>
      <PointMenu
        at={menu?.at ?? null}
        label={menuMember === undefined ? '' : `Actions on ${menuMember.userName}`}
        onClose={() => setMenu(undefined)}
        entries={
          menuMember === undefined
            ? []
            : memberMenu(menuMember, accountId, (action) => ask({ member: menuMember, action }))
        }
      />
      {asked !== undefined && <MemberDialogs asked={asked} vo={vo} onClose={() => ask(undefined)} />}
    </div>
  );
}
