/** The launchpad once the job list is known: bar, sets, draft, sandbox, preview, foot. */
import { Button, MenuButton, PresetList, Segmented, type MenuEntry } from '@wm/ui-kit';
import { findEntry, textOf, textsOf } from '@wm/wms-core/vocabulary';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { LaunchpadOffer } from '../../server-state/launchpad.ts';
import { allows, useMembership } from '../../server-state/me.ts';
import type { ApplicationProps } from '../application.ts';
import { BulkNotices, type JobRange } from './bulk-notices.tsx';
import { blocker, problemsOfRefusal, withRefusal } from './draft-check.ts';
import { DraftView, useHasRoom } from './draft-view.tsx';
import { furtherGroups, optionalGroups, type FieldGroup } from './form-fields.ts';
import type { LaunchpadState } from './launchpad-state.ts';
import { ManyJobsQuestion } from './many-jobs-question.tsx';
import { MatchPreview } from './match-preview.tsx';
import { Outcome } from './outcome.tsx';
import { ProxyStatusBar } from './proxy-status.tsx';
import { SandboxSection } from './sandbox-section.tsx';
import { SweepPreviewBlock } from './sweep-preview.tsx';
import { useDraftFit } from './use-draft-fit.ts';
import { useDraft, type Draft } from './use-draft.ts';
import { useSubmission } from './use-submission.ts';

/** More jobs than this are asked about first. */
const manyJobs = 1000;

export interface LaunchPaneProps extends ApplicationProps<LaunchpadState> {
  readonly offer: LaunchpadOffer;
}

type Ticks = Pick<LaunchPaneProps, 'state' | 'setState'>;

/** Ticking shows a field, unticking takes it and its value away. */
function parameterEntry(name: string, draft: Draft, { setState, state }: Ticks): MenuEntry {
  const isWritten = findEntry(draft.checked.description, name) !== undefined;
  const isShown = isWritten || state.ticked.includes(name);
  return {
    kind: 'item',
    label: name,
    isChecked: isShown,
    staysOpen: true,
    onSelect: () => {
      if (isWritten) draft.setField(name, undefined);
      setState((old) => ({
        ...old,
        ticked: isShown ? old.ticked.filter((other) => other !== name) : [...old.ticked, name],
      }));
    },
  };
}

function parameterEntries(draft: Draft, ticks: Ticks): readonly MenuEntry[] {
  const entriesOf = ({ names }: FieldGroup): readonly MenuEntry[] =>
    names.map((name) => parameterEntry(name, draft, ticks));
  return [
    ...optionalGroups.flatMap((group): readonly MenuEntry[] => [
      { kind: 'label', label: group.label },
      ...entriesOf(group),
    ]),
    { kind: 'rule' },
    ...furtherGroups.map((group): MenuEntry => ({
      kind: 'branch',
      label: group.label,
      entries: entriesOf(group),
    })),
  ];
}

const valueText = (draft: Draft, name: string): string => {
  const value = findEntry(draft.checked.description, name)?.value;
  return value ? (textOf(value) ?? textsOf(value)[0] ?? '') : '';
};

export function LaunchPane(props: LaunchPaneProps): ReactNode {
  const { offer, open, setState, setSubtitle, state } = props;
  const membership = useMembership();
  const draft = useDraft(offer, props);
  const draftFit = useDraftFit(draft.checked);
  const { forget, isBusy, submission, submit } = useSubmission(draft.limits.sandboxBytes);
  const [isAsking, setIsAsking] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const hasRoom = useHasRoom(body);
  const jobName = valueText(draft, 'JobName');
  useEffect(() => setSubtitle(jobName), [setSubtitle, jobName]);

  const showJobs = (jobIds: readonly number[]): void =>
    open({ applicationId: 'job-monitor', state: { jobIds: [...jobIds] } });
  const showRange = (jobRange: JobRange): void => open({ applicationId: 'job-monitor', state: { jobRange } });
  const uploadProxy = (): void => open({ applicationId: 'proxy-upload' });
  // What was said about an older draft must not stand beside the new one.
  const { text } = draft;
  const answeredText = useRef(text);
  useEffect(() => {
    if (answeredText.current !== text && submission.phase === 'failed') forget();
    answeredText.current = text;
  }, [text, submission.phase, forget]);

  const shown = withRefusal(
    draft.checked,
    submission.phase === 'failed' ? problemsOfRefusal(submission.error, text) : [],
  );
  const reason = allows(membership, ['NormalUser'])
    ? blocker(draft.checked)
    : 'The selected group is not allowed to submit new jobs.';
  const send = (): void => {
    setIsAsking(false);
    void submit(draft.text, draft.travelling, draft.isLarge);
  };
  const count = draft.jobCount;
  const submitOrAsk = (): void => {
    if (reason !== undefined || isBusy) return;
    if (count > manyJobs) setIsAsking(true);
    else send();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    submitOrAsk();
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- Ctrl+Enter works from every field inside
    <div className="launchpad" onKeyDown={onKeyDown}>
      <div className="bar line launch-bar">
        <ProxyStatusBar onUploadProxy={uploadProxy} />
        <span className="grow" />
        {!hasRoom && (
          <Segmented
            label="View of the draft"
            value={state.view}
            onChange={(view) => setState((old) => ({ ...old, view }))}
            options={[
              { value: 'form', label: 'Form' },
              { value: 'jdl', label: 'JDL' },
            ]}
          />
        )}
        <MenuButton label="Add Parameters" align="end" entries={parameterEntries(draft, props)} />
      </div>
      <div className="launch-body" ref={body}>
        {offer.sets.length > 0 && (
          <PresetList
            label="Job list"
            presets={offer.sets.map(({ description, name }) => ({
              id: name,
              label: name,
              hint: description,
            }))}
            value={state.set ?? undefined}
            onChange={(name) => {
              forget();
              draft.chooseSet(name);
            }}
          />
        )}
        <DraftView
          text={draft.text}
          draft={shown}
          view={state.view}
          hasRoom={hasRoom}
          ticked={state.ticked}
          onText={draft.setText}
          onField={draft.setField}
          onSubmit={submitOrAsk}
          suggestions={{
            Site: offer.sites,
            BannedSites: offer.sites,
            Platform: offer.platforms,
            OutputSandbox: ['StdOutput', 'StdError'].map((name) => valueText(draft, name)).filter(Boolean),
          }}
          limits={offer.jobDescription}
        />
        <SandboxSection
          entries={draft.sandbox}
          files={draft.travelling}
          notes={draft.notes}
          limitBytes={draft.limits.sandboxBytes}
          isDisabled={!draft.checked.isReadable}
          onAdd={(files) => {
            void draft.addFiles(files);
          }}
          onRemove={draft.removeFromSandbox}
          onCatalogFiles={(entries) =>
            draft.setSandbox([...draft.sandbox.filter((entry) => !/^lfn:/i.test(entry)), ...entries])
          }
        />
        {draft.checked.sweep && <SweepPreviewBlock sweep={draft.checked.sweep} />}
      </div>
      <MatchPreview answer={draftFit} />
      <div className="launch-outcome" aria-live="polite">
        <Outcome submission={submission} onShowJobs={showJobs} onUploadProxy={uploadProxy} />
        <BulkNotices
          ownBulkId={submission.phase === 'launched' ? submission.bulkId : undefined}
          onShowJobs={showRange}
        />
      </div>
      <div className="bar foot-bar">
        <Button
          onClick={() => {
            forget();
            draft.reset();
          }}
        >
          Reset
        </Button>
        <span className="grow cut danger-ink xs" title={reason}>
          {reason}
        </span>
        <kbd className="key">Ctrl Enter</kbd>
        <Button look="primary" busy={isBusy} disabledReason={reason} onClick={submitOrAsk}>
          Submit
        </Button>
      </div>
      {isAsking && (
        <ManyJobsQuestion
          count={count}
          isLarge={draft.isLarge}
          fit={draftFit.fit}
          onSubmit={send}
          onCancel={() => setIsAsking(false)}
        />
      )}
    </div>
  );
}
