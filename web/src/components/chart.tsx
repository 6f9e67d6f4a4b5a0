import { useEffect, useRef } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { mountPlot } from '../chart/plot.ts';
import { seriesColour } from '../chart/palette.ts';
import type { ChartData } from '../chart/columns.ts';
import type { Plot, Threshold } from '../chart/plot.ts';
import type { Quantity } from '../format/quantity.ts';

export interface ChartProps {
  /** Said to screen readers: what is drawn and its last value. */
  readonly label: string;
  readonly data: ChartData;
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
  const { data, fromS, toS, lines, quantity, syncKey, thresholds = NO_THRESHOLDS, colours } = props;
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
    mounted.push(handlers.current.data, handlers.current.fromS, handlers.current.toS);
    return () => {
      plot.current = null;
      mounted[Symbol.dispose]();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- `shape` stands for everything that needs a new canvas.
  }, [shape]);
  useEffect(() => plot.current?.push(data, fromS, toS), [data, fromS, toS]);
  return (
    <div ref={host} className="chart" style={{ height: props.height }} role="img" aria-label={props.label} />
  );
}
