import { useMemo, useState } from 'react';
import { Popover } from '@mantine/core';
import {
  IconCalendar,
  IconCheck,
  IconChevronLeft,
  IconChevronRight,
  IconLink,
  IconZoomOut,
} from '@tabler/icons-react';
import { navigate } from 'wouter/use-browser-location';
import { useKeys } from './keys.ts';
import { between, lastOf, moved, rangeOf, RANGES, rangeSeconds, stepped, widened } from '../fleet/range.ts';
import { fieldSeconds, localField, spanWords, utcOffset } from '../format/instant.ts';
import { useAddress } from '../live/address.ts';
import { useFeedClient } from '../live/feed-context.tsx';
import { Choices } from '../ui/choices.tsx';
import type { ReactNode } from 'react';
import type { Range, RangeChange } from '../fleet/range.ts';

export interface RangeControl {
  readonly range: Range;
  readonly zoom: (fromS: number, toS: number) => void;
  readonly reset: () => void;
}

/** Goes to another range: a step in the history, so that the browser's back returns. */
function useRangeStep(fallback: string | undefined) {
  const { search, link } = useAddress();
  const client = useFeedClient();
  return useMemo(() => {
    const range = rangeOf(search, fallback);
    const go = (change: Partial<RangeChange>) => navigate(link(change));
    return { range, go, nowS: () => client.serverNowMs() / 1000 };
  }, [search, link, client, fallback]);
}

/**
 * The range of the view's charts, held by the address; `fallback` where that says none. `[` and `]` go back
 * and forth in time, `{` and `}` through the usual lengths, `-` zooms out.
 */
export function useRange(fallback?: string): RangeControl {
  const { range, go, nowS } = useRangeStep(fallback);
  useKeys({
    '[': () => go(moved(range, -1, nowS())),
    ']': () => go(moved(range, 1, nowS())),
    '{': () => go(stepped(range, -1)),
    '}': () => go(stepped(range, 1)),
    '-': () => go(widened(range, nowS())),
  });
  return useMemo(
    () => ({
      range,
      zoom: (fromS, toS) => go({ from: String(fromS), to: String(toS) }),
      reset: () => go({ from: undefined, to: undefined }),
    }),
    [range, go],
  );
}

export function RangeChoice({ fallback }: { readonly fallback?: string }) {
  const { link } = useAddress();
  const { range, go, nowS } = useRangeStep(fallback);
  return (
    <div className="row push range-choice">
      <Choices
        label="Range"
        chosen={range.kind === 'last' ? range.id : ''}
        choices={RANGES.map(({ id, label }) => ({ id, label, href: link({ ...lastOf(id) }) }))}
      />
      <div className="row range-steps">
        <Step label="Earlier" keys="[" onStep={() => go(moved(range, -1, nowS()))}>
          <IconChevronLeft size={16} aria-hidden="true" />
        </Step>
        <Step
          label="Later"
          keys="]"
          disabled={range.kind === 'last'}
          onStep={() => go(moved(range, 1, nowS()))}
        >
          <IconChevronRight size={16} aria-hidden="true" />
        </Step>
        <Step label="Zoom out" keys="-" onStep={() => go(widened(range, nowS()))}>
          <IconZoomOut size={16} aria-hidden="true" />
        </Step>
        <FreeRange range={range} nowS={nowS} go={go} />
      </div>
    </div>
  );
}

function Step(props: {
  readonly label: string;
  readonly keys: string;
  readonly disabled?: boolean;
  readonly onStep: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className="button button-bare"
      aria-label={props.label}
      title={`${props.label} (${props.keys})`}
      disabled={props.disabled}
      onClick={props.onStep}
    >
      {props.children}
    </button>
  );
}

interface FreeRangeProps {
  readonly range: Range;
  readonly nowS: () => number;
  readonly go: (change: Partial<RangeChange>) => void;
}

/** From and to, to the second; and the address of what is shown. */
function FreeRange({ range, nowS, go }: FreeRangeProps) {
  const [opened, setOpened] = useState(false);
  const words = range.kind === 'between' ? spanWords(range.fromS, range.toS) : '';
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="button button-bare range-free"
          data-chosen={range.kind === 'between' || undefined}
          aria-expanded={opened}
          title="From and to, and the link to this view"
          onClick={() => setOpened(!opened)}
        >
          <IconCalendar size={16} aria-hidden="true" />
          <span className={words === '' ? 'hidden-text' : 'mono'}>{words || 'From and to'}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className="range-fields" aria-label="From and to">
        <RangeForm
          range={range}
          nowS={nowS}
          go={(change) => {
            go(change);
            setOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function RangeForm({ range, nowS, go }: FreeRangeProps) {
  const [start] = useState(() => {
    const toS = range.kind === 'between' ? range.toS : nowS();
    return { from: localField(toS - rangeSeconds(range)), to: localField(toS) };
  });
  const [from, setFrom] = useState(start.from);
  const [to, setTo] = useState(start.to);
  const [fromS, toS] = [fieldSeconds(from), fieldSeconds(to)];
  const fault =
    Number.isNaN(fromS) || Number.isNaN(toS)
      ? 'Both need a day and a time.'
      : toS > fromS
        ? ''
        : 'The end has to be after the beginning.';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fault === '') go(between(fromS, toS));
      }}
    >
      <TimeField label="From" value={from} onChange={setFrom} />
      <TimeField label="To" value={to} onChange={setTo} />
      <p className="sub" role="status">
        {fault || `Your time, ${utcOffset(fromS * 1000)}`}
      </p>
      <div className="row">
        <button type="submit" className="button button-main" disabled={fault !== ''}>
          Show
        </button>
        <CopyLink />
      </div>
    </form>
  );
}

function TimeField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className="time-field">
      <span className="sub">{props.label}</span>
      <input
        type="datetime-local"
        step="1"
        className="field mono"
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
    </label>
  );
}

/** What is on screen is all in the address. */
function CopyLink() {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid('Copied');
    } catch {
      // Refused, as to a page without TLS.
      setSaid('Copy it from the address bar');
    }
  };
  const Icon = said === 'Copied' ? IconCheck : IconLink;
  return (
    <button type="button" className="button push" onClick={() => void copy()}>
      <Icon size={16} aria-hidden="true" />
      <span role="status">{said || 'Copy link'}</span>
    </button>
  );
}
