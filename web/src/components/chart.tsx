import { useEffect, useRef } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { hasKnown, visibleEnd } from '../chart/columns.ts';
import { mountPlot } from '../chart/plot.ts';
import { seriesColour } from '../chart/palette.ts';
import type { ChartData } from '../chart/columns.ts';
import type { Plot } from '../chart/plot.ts';
import type { Threshold } from '../chart/value-bounds.ts';
import type { Quantity } from '../format/quantity.ts';

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
  readonly onCursor?: (index: number | null) => void;
}

const NO_THRESHOLDS: readonly Threshold[] = [];

/** Lines over time on a canvas. Colour scheme, line count or thresholds remount it; data does not. */
export function Chart(props: ChartProps) {
  const scheme = useComputedColorScheme('dark');
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const handlers = useRef(props);
  handlers.current = props;
  const { data, fromS, lines, quantity, syncKey, thresholds = NO_THRESHOLDS, colours } = props;
  const toS = visibleEnd(data.times, props.toS);
  const shape = JSON.stringify([
    scheme,
    lines,
    quantity,
    syncKey,
    thresholds,
    colours,
    props.onZoom !== undefined,
  ]);
  useEffect(() => {
    if (!host.current) return undefined;
    const mounted = mountPlot(host.current, {
      scheme,
      quantity,
      thresholds,
      syncKey,
      colours: Array.from({ length: lines }, (_, i) => colours?.[i] ?? seriesColour(i, scheme)),
      onZoom: props.onZoom ? (from, to) => handlers.current.onZoom?.(from, to) : undefined,
      onReset: () => handlers.current.onReset?.(),
      onCursor: (index) => handlers.current.onCursor?.(index),
    });
    plot.current = mounted;
    const now = handlers.current;
    mounted.push(now.data, now.fromS, visibleEnd(now.data.times, now.toS));
    return () => {
      plot.current = null;
      mounted[Symbol.dispose]();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- `shape` stands for everything that needs a new canvas.
  }, [shape]);
  useEffect(() => plot.current?.push(data, fromS, toS), [data, fromS, toS]);
  const empty = !hasKnown(data, fromS, toS);
  const said = empty && props.loading !== true ? 'no data in this range' : '';
  return (
    <div className="chart-frame" data-empty={empty || undefined}>
      <div
        ref={host}
        className="chart"
        style={{ height: props.height }}
        role="img"
        aria-label={said ? `${props.label}, ${said}` : props.label}
      />
      {empty && (
        <p className="chart-empty sub" aria-hidden="true">
          {said}
        </p>
      )}
    </div>
  );
}
