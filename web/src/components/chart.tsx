import { useEffect, useMemo, useRef, useState } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { ChartMenu } from './chart-menu.tsx';
import { ChartTip, readoutWords } from './chart-tip.tsx';
import { hasKnown, visibleEnd } from '../chart/columns.ts';
import { lossesTogether, lossesWithin } from '../chart/losses.ts';
import { mountPlot } from '../chart/plot.ts';
import { seriesColour } from '../chart/palette.ts';
import { formatDuration } from '../format/duration.ts';
import type { KeyboardEvent, ReactNode } from 'react';
import type { ChartData } from '../chart/columns.ts';
import type { Plot, PlotCursor } from '../chart/plot.ts';
import type { Threshold } from '../chart/value-bounds.ts';
import type { Quantity } from '../format/quantity.ts';
import type { EventView, LossView } from '../../../src/contract/api.ts';

/**
 * Everything a chart may be given (what is optional may be left out):
 *
 * - `data` columns: own values, never sums; `bands` beside a line draw its lows and highs softly;
 * - `fromS`, `toS` epoch seconds, `lines` how many, `labels` their names (tooltip, exports; none for one alone);
 * - `stacked` piles the lines up; the tooltip still tells each one's own value, and the sum;
 * - `events` EventViews: deploys and notes full height, changes of state as ticks at the foot;
 * - `losses` LossViews of the clusters drawn: hatched, and told where the pointer is;
 * - `staleMs` age of the newest value where it is too old: the drawing fades and says so;
 * - `head` stands above, beside the menu; `saved` names the CSV and PNG and turns that menu on;
 * - `syncKey` charts with the same share crosshair; `onZoom`, `onReset` change the view's range.
 *
 * `data` is drawn again when the object is a new one; its arrays may be the same ones, longer. `ChartLegend`
 * (chart-legend.tsx) is the table below: last, min, avg, max. Times are the browser's.
 */
export interface ChartProps {
  /** Said to screen readers: what is drawn and its last value. */
  readonly label: string;
  readonly data: ChartData;
  /** History has not come yet: nothing can be said of what is missing. */
  readonly loading?: boolean;
  readonly fromS: number;
  readonly toS: number;
  readonly lines: number;
  readonly quantity: Quantity;
  readonly height: number;
  readonly syncKey: string;
  readonly thresholds?: readonly Threshold[];
  readonly colours?: readonly string[];
  readonly onZoom?: ((fromS: number, toS: number) => void) | undefined;
  readonly onReset?: (() => void) | undefined;
  /** The row under the crosshair, that of a chart with the same `syncKey` too. */
  readonly onCursor?: (index: number | null) => void;
  readonly labels?: readonly string[];
  readonly stacked?: boolean;
  readonly events?: readonly EventView[];
  readonly losses?: readonly LossView[];
  readonly staleMs?: number | null;
  readonly head?: ReactNode;
  readonly saved?: SavedAs;
}

/** What files of a chart are called: `names` (cluster, host, metric) make the file's name. */
export interface SavedAs {
  readonly title: string;
  readonly names: readonly string[];
}

const NO_THRESHOLDS: readonly Threshold[] = [];
const NO_LABELS: readonly string[] = [];
const NO_EVENTS: readonly EventView[] = [];
const NO_LOSSES: readonly LossView[] = [];
/** Rows a step with Shift held. */
const STRIDE = 10;

/** Lines over time on a canvas. Colour scheme, line count or thresholds remount it; data does not. */
export function Chart(props: ChartProps) {
  const { data, fromS, labels = NO_LABELS, quantity, stacked = false, events = NO_EVENTS } = props;
  const { losses = NO_LOSSES } = props;
  const toS = visibleEnd(data.times, props.toS);
  const colours = useColours(props);
  const { host, plot, cursor } = usePlot(props, colours, toS);
  const empty = !hasKnown(data, fromS, toS);
  const said = empty && props.loading !== true ? 'no data in this range' : '';
  const stale = props.staleMs == null ? '' : `${formatDuration(props.staleMs)} old`;
  const headed = props.head !== undefined || props.saved !== undefined;
  const told = { data, labels, quantity, stacked, colours };
  const lost = lossesWithin(losses, fromS, toS);
  const lostWords = lost.length > 0 ? lossesTogether(lost) : '';
  const shown = { data, fromS, toS, labels, quantity, losses: lost };
  return (
    <>
      {headed && (
        <div className="row chart-head">
          {props.head}
          {props.saved && (
            <ChartMenu
              saved={props.saved}
              shown={shown}
              picture={() => ({
                thresholds: props.thresholds ?? NO_THRESHOLDS,
                colours,
                stacked,
                frame: { data, fromS, toS, events, losses },
                width: host.current?.clientWidth ?? 600,
                height: props.height,
              })}
              disabled={empty}
            />
          )}
          <LostWord words={lostWords} />
          {stale !== '' && <small className="chart-stale sub nowrap">· {stale}</small>}
        </div>
      )}
      <div className="chart-frame" data-empty={empty || undefined} data-stale={stale !== '' || undefined}>
        <div
          ref={host}
          className="chart"
          style={{ height: props.height }}
          {...(empty ? { role: 'img' } : focusable(props, plot, cursor))}
          aria-label={[props.label, said, stale, lostWords].filter(Boolean).join(', ')}
        />
        {cursor?.own && !empty && <ChartTip cursor={cursor} {...told} />}
        {cursor?.own && (
          <p className="hidden-text" role="status">
            {readoutWords(cursor, told)}
          </p>
        )}
        {empty && (
          <p className="chart-empty sub" aria-hidden="true" onDoubleClick={props.onReset}>
            {said}
          </p>
        )}
        {stale !== '' && !empty && !headed && (
          <p className="chart-stale pill" aria-hidden="true">
            {stale}
          </p>
        )}
      </div>
      {!headed && <LostWord words={lostWords} />}
    </>
  );
}

/** What the hatching says, where there is any; how much on hover. */
function LostWord({ words }: { readonly words: string }) {
  if (words === '') return null;
  return (
    <small className="chart-lost sub nowrap" title={words}>
      <i className="hatch" aria-hidden="true" /> data lost
    </small>
  );
}

function useColours({ lines, colours }: ChartProps): readonly string[] {
  const scheme = useComputedColorScheme('dark');
  const text = Array.from({ length: lines }, (_, i) => colours?.[i] ?? seriesColour(i, scheme)).join(' ');
  return useMemo(() => text.split(' '), [text]);
}

/** The canvas: mounted while what shapes it stays, drawn again for new data, gone with the component. */
function usePlot(props: ChartProps, colours: readonly string[], toS: number) {
  const scheme = useComputedColorScheme('dark');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const [cursor, setCursor] = useState<PlotCursor | null>(null);
  const handlers = useRef(props);
  handlers.current = props;
  const { data, fromS, quantity, syncKey, thresholds = NO_THRESHOLDS, stacked = false } = props;
  const events = props.events ?? NO_EVENTS;
  const losses = props.losses ?? NO_LOSSES;
  const frame = { data, fromS, toS, events, losses };
  const latest = useRef(frame);
  latest.current = frame;
  const zoomable = props.onZoom !== undefined;
  const shape = JSON.stringify([scheme, quantity, syncKey, thresholds, colours, stacked, zoomable]);
  useEffect(() => {
    if (!host.current) return undefined;
    const mounted = mountPlot(host.current, {
      scheme,
      quantity,
      thresholds,
      syncKey,
      stacked,
      colours,
      magnify: 1,
      onZoom: zoomable ? (from, to) => handlers.current.onZoom?.(from, to) : undefined,
      onReset: () => handlers.current.onReset?.(),
      onCursor: (at) => {
        setCursor(at);
        handlers.current.onCursor?.(at?.index ?? null);
      },
    });
    plot.current = mounted;
    mounted.push(latest.current);
    return () => {
      plot.current = null;
      mounted[Symbol.dispose]();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- `shape` stands for everything that needs a new canvas.
  }, [shape]);
  useEffect(
    () => plot.current?.push({ data, fromS, toS, events, losses }),
    [data, fromS, toS, events, losses],
  );
  return { host, plot, cursor };
}

/** The arrow keys move the crosshair of a chart that has the focus; what it reads is said. */
function focusable(
  { data, fromS, toS }: ChartProps,
  plot: { readonly current: Plot | null },
  cursor: PlotCursor | null,
) {
  const first = data.times.findIndex((time) => time >= fromS);
  const last = data.times.findLastIndex((time) => time <= toS);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = cursor?.index ?? last;
    const stride = event.shiftKey ? STRIDE : 1;
    const to = nextRow(event.key, { at: cursor ? at : last + 1, stride, first, last });
    if (to === undefined) return;
    event.preventDefault();
    plot.current?.point(to);
  };
  return {
    role: 'application',
    'aria-roledescription': 'chart',
    tabIndex: 0,
    onKeyDown,
    onBlur: () => plot.current?.point(null),
  };
}

/** Undefined: not a key of the chart's; null: no row. */
function nextRow(
  key: string,
  { at, stride, first, last }: Readonly<Record<'at' | 'stride' | 'first' | 'last', number>>,
): number | null | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(first, at - stride);
    case 'ArrowRight':
      return Math.min(last, at + stride);
    case 'Home':
      return first;
    case 'End':
      return last;
    case 'Escape':
      return null;
    default:
      return undefined;
  }
}
