import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { navigate } from 'wouter/use-browser-location';
import { cellAt, layoutHeat, stepCell } from '../chart/heat.ts';
import { HeatView } from '../chart/heat-view.ts';
import { formatAge } from '../format/duration.ts';
import { formatQuantity } from '../format/number.ts';
import { hostLink } from '../fleet/link.ts';
import { markLabel } from '../fleet/state.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useFiguresVersion } from '../live/fleet-measure.ts';
import { Mark } from '../ui/mark.tsx';
import type { KeyboardEvent, MouseEvent } from 'react';
import type { HeatLayout } from '../chart/heat.ts';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { HostSort } from '../fleet/host-order.ts';

export interface HeatMapProps {
  readonly label: string;
  readonly figures: HostFigures;
  readonly sort: HostSort;
  /** 1 for each host shown, by index; null: all. */
  readonly shown: Uint8Array | null;
  readonly cellMax: number;
  readonly heightMax: number;
}

const TIP_PX = 280;

/**
 * Hosts as coloured cells. Figures that change are painted without React: it draws only the frame and the
 * tip.
 * The order rests while the pointer or the focus is on it. Arrows move, Enter opens.
 */
export function HeatMap(props: HeatMapProps) {
  const { figures, sort, shown, cellMax, heightMax } = props;
  const scheme = useComputedColorScheme('dark');
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const [count, setCount] = useState(0);
  const [view] = useState(() => new HeatView(figures));
  const tip = useId();
  const layout = useMemo(
    () => layoutHeat(count, { width, cellMax, cellMin: 4, heightMax }),
    [count, width, cellMax, heightMax],
  );
  useEffect(() => view.rest(pointed !== null), [view, pointed]);
  useEffect(() => view.follow(figures, { sort, shown, onCount: setCount }), [view, figures, sort, shown]);
  useEffect(() => {
    if (canvas.current && width > 0)
      view.show(canvas.current, { layout, width, ratio: devicePixelRatio, scheme });
  }, [view, layout, width, scheme]);
  const open = (index: number, event: MouseEvent | KeyboardEvent) => {
    const host = figures.hosts[view.order[index] ?? -1];
    if (!host) return;
    const href = hostLink(host.cluster, host.name);
    if (event.ctrlKey || event.metaKey) window.open(href, '_blank', 'noopener');
    else navigate(href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && pointed !== null) open(pointed, event);
    else if (event.key === 'Escape') setPointed(null);
    else {
      const next = stepCell(event.key, pointed, { columns: layout.columns, count });
      if (next === null) return;
      event.preventDefault();
      setPointed(next);
    }
  };
  return (
    <div ref={ref} className="heat" onPointerLeave={() => setPointed(null)}>
      <canvas
        ref={canvas}
        role="application"
        aria-roledescription="heat map"
        aria-label={props.label}
        aria-describedby={tip}
        tabIndex={0}
        style={{ width: '100%', height: layout.height, cursor: pointed === null ? undefined : 'pointer' }}
        onPointerMove={({ nativeEvent: at }) =>
          setPointed(cellAt({ x: at.offsetX, y: at.offsetY }, layout, count))
        }
        onClick={(event) => pointed !== null && open(pointed, event)}
        onKeyDown={onKeyDown}
        onBlur={() => setPointed(null)}
      />
      <div id={tip} aria-live="polite">
        {pointed !== null && pointed < count && (
          <HeatTip figures={figures} view={view} place={pointed} layout={layout} width={width} />
        )}
      </div>
    </div>
  );
}

interface TipProps {
  readonly figures: HostFigures;
  readonly view: HeatView;
  readonly place: number;
  readonly layout: HeatLayout;
  readonly width: number;
}

/** The cell's outline, and beside it whose it is: the value as exact as it came, and how old it is. */
function HeatTip({ figures, view, place, layout, width }: TipProps) {
  useFiguresVersion(figures);
  const nowMs = useServerNow();
  const index = view.order[place] ?? -1;
  const host = figures.hosts[index];
  if (!host) return null;
  const pitch = layout.cell + layout.gap;
  const x = (place % layout.columns) * pitch;
  const y = Math.floor(place / layout.columns) * pitch;
  const mark = figures.mark(index);
  const value = figures.values[index] ?? Number.NaN;
  const atMs = figures.atMs[index] ?? 0;
  const edge = layout.cell + 4;
  return (
    <>
      <span className="heat-cell" style={{ left: x - 2, top: y - 2, width: edge, height: edge }} />
      <div
        className="heat-tip"
        style={{ left: Math.min(Math.max(0, width - TIP_PX), x), top: y + pitch + 4, width: TIP_PX }}
      >
        <span className="row">
          <Mark kind={mark} silent />
          <bdi className="mono ellipsis">{host.name}</bdi>
          <b className="mono push nowrap">{formatQuantity(value, figures.scale.quantity)}</b>
        </span>
        <span className="sub">
          {markLabel(mark)}
          {Number.isNaN(value) ? ' · no fresh value' : ` · ${figures.scale.label} ${exact(value)}`}
          {/* Said aloud it would be said every second. */}
          <span aria-hidden="true">{atMs > 0 && ` · ${formatAge(atMs, nowMs)}`}</span>
        </span>
      </div>
    </>
  );
}

/** All the digits there are, without the noise of a division. */
function exact(value: number): string {
  return String(Number(value.toPrecision(7)));
}
