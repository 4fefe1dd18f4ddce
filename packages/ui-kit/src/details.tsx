/** What a drawer shows of one thing: facts, a timeline, logs, code, a meter. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { copyText } from './clipboard.ts';
import { IconButton } from './button.tsx';
import { StatusIcon, type StatusFamily, type StatusShape } from './icon.tsx';

export interface Fact {
  readonly name: string;
  /** null and '' read as a dash. */
  readonly value: ReactNode;
  readonly mono?: boolean;
  /** Full text on hover where the value is cut. */
  readonly title?: string;
}

export function FactList({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className="facts">
      {facts.map(({ name, value, mono, title }) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd
            className={mono ? 'mono' : undefined}
            title={title ?? (typeof value === 'string' ? value : undefined)}
          >
            {value === null || value === '' || value === undefined ? <span className="muted">–</span> : value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A titled part of a drawer or page. */
export function Block(props: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="block">
      <h4>
        {props.title}
        {props.aside !== undefined && <span className="aside">{props.aside}</span>}
      </h4>
      {props.children}
    </section>
  );
}

export interface TimelineSpan {
  readonly label: string;
  readonly family: StatusFamily;
  readonly shape: StatusShape;
  /** Milliseconds, any common origin. */
  readonly fromMs: number;
  readonly toMs: number;
  /** "3 min 42 s" */
  readonly durationText: string;
}

export interface TimelineProps {
  readonly spans: readonly TimelineSpan[];
  readonly startText: string;
  readonly endText: string;
  readonly label: string;
}

/** One bar a span on a common scale; each row reads as text too. */
export function Timeline({ spans, startText, endText, label }: TimelineProps): ReactNode {
  const from = Math.min(...spans.map((span) => span.fromMs));
  const length = Math.max(1, Math.max(...spans.map((span) => span.toMs)) - from);
  return (
    <div className="gantt" role="group" aria-label={label}>
      {spans.map((span, index) => (
        <div key={`${span.label}-${index}`} className={`gantt-row ${span.family}`}>
          <span className="nm">
            <StatusIcon family={span.family} shape={span.shape} />
            {span.label}
          </span>
          <span className="trk" aria-hidden="true">
            <i
              style={{
                left: `${((span.fromMs - from) / length) * 100}%`,
                width: `${((span.toMs - span.fromMs) / length) * 100}%`,
              }}
            />
          </span>
          <span className="num">{span.durationText}</span>
        </div>
      ))}
      <div className="gantt-row">
        <span className="ax">
          <span>{startText}</span>
          <span>{endText}</span>
        </span>
      </div>
    </div>
  );
}

export interface LogViewProps {
  readonly text: string;
  readonly label: string;
  /** More may come: offers to follow the end. */
  readonly isLive?: boolean;
  /** Shown instead of an empty box. */
  readonly emptyText?: string;
  readonly lineNumbers?: boolean;
  /** Buttons before wrap and copy, such as Download. */
  readonly tools?: ReactNode;
}

export function LogView(props: LogViewProps): ReactNode {
  const { text, isLive = false, lineNumbers = true } = props;
  const [wraps, setWraps] = useState(false);
  const [follows, setFollows] = useState(true);
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element && isLive && follows) element.scrollTop = element.scrollHeight;
  }, [text, isLive, follows]);
  const onScroll = (): void => {
    const element = box.current;
    if (element) setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
  };
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return (
    <section className="logbox" aria-label={props.label}>
      <div className="log-tools">
        <span className="muted xs grow">
          {lines.length.toLocaleString('en')} {lines.length === 1 ? 'line' : 'lines'}
        </span>
        {props.tools}
        {isLive && (
          <IconButton
            icon="arrow-down"
            label="Follow the end"
            pressed={follows}
            onClick={() => setFollows(!follows)}
          />
        )}
        <IconButton icon="wrap" label="Wrap long lines" pressed={wraps} onClick={() => setWraps(!wraps)} />
        <CopyButton text={text} />
      </div>
      {lines.length === 0 ? (
        <p className="muted log-empty">{props.emptyText ?? 'Nothing was written.'}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling box must be reachable by keyboard
        <pre ref={box} className={`log${wraps ? ' wraps' : ''}`} tabIndex={0} onScroll={onScroll}>
          {lineNumbers
            ? lines.map((line, index) => (
                // oxlint-disable-next-line react/no-array-index-key -- a line is its number
                <span key={index} className="log-line">
                  <span className="n">{index + 1}</span>
                  {`${line}\n`}
                </span>
              ))
            : text}
        </pre>
      )}
    </section>
  );
}

/** Copies and says so, to the eye and to screen readers. */
export function CopyButton({
  text,
  label = 'Copy',
}: {
  readonly text: string;
  readonly label?: string;
}): ReactNode {
  const [isDone, setIsDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setIsDone(false), 1500);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <>
      <IconButton
        icon={isDone ? 'check' : 'copy'}
        label={label}
        onClick={() => void copyText(text).then(setIsDone)}
      />
      <span className="vh" role="status">
        {isDone ? 'Copied' : ''}
      </span>
    </>
  );
}

export interface CodeToken {
  readonly text: string;
  readonly kind?: 'key' | 'text' | 'number' | 'comment';
}

export interface CodeViewProps {
  readonly caption: string;
  /** Plain text, or tokens to colour. */
  readonly code: string | readonly CodeToken[];
  readonly tools?: ReactNode;
  readonly foot?: ReactNode;
}

const tokenClass = { key: 'k', text: 'q', number: 'd', comment: 'c' } as const;

export function CodeView({ caption, code, tools, foot }: CodeViewProps): ReactNode {
  const plain = typeof code === 'string' ? code : code.map((token) => token.text).join('');
  return (
    <figure className="code">
      <figcaption className="cap">
        <span>{caption}</span>
        <span className="cap-tools">
          {tools}
          <CopyButton text={plain} label={`Copy ${caption}`} />
        </span>
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling box must be reachable by keyboard */}
      <pre tabIndex={0}>
        {typeof code === 'string'
          ? code
          : code.map((token, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- tokens have no other name
              <span key={index} className={token.kind && tokenClass[token.kind]}>
                {token.text}
              </span>
            ))}
      </pre>
      {foot !== undefined && <div className="cap end">{foot}</div>}
    </figure>
  );
}

export interface MeterProps {
  readonly value: number;
  readonly max: number;
  /** "7 of 12 fit" */
  readonly label: string;
}

/** A count out of a small total as cells; many are drawn as twelve. */
export function Meter({ value, max, label }: MeterProps): ReactNode {
  const cells = Math.min(Math.max(max, 1), 12);
  const filled = max === 0 ? 0 : Math.round((value / max) * cells);
  return (
    <span
      className="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
    >
      {Array.from({ length: cells }, (_, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- cells are their place
        <i key={index} className={index < filled ? 'y' : ''} />
      ))}
    </span>
  );
}
