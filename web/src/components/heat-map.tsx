import { useEffect, useRef, useState } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useLocation } from 'wouter';
import { heatColour, layoutHeat } from '../chart/heat.ts';
import { useRestingOrder } from './resting.ts';
import { hostKey } from '../fleet/heat-cells.ts';
import { hostLink } from '../fleet/link.ts';
import { Mark } from '../ui/mark.tsx';
import type { HeatLayout, Scheme } from '../chart/heat.ts';
import type { HeatCell } from '../fleet/heat-cells.ts';

interface HeatMapProps {
  readonly label: string;
  readonly cells: readonly HeatCell[];
  readonly cellMax: number;
  readonly heightMax: number;
}

/**
 * Hosts as coloured cells, worst first. The order rests while the pointer is on it. The list beside is its
 * twin for keyboards.
 */
export function HeatMap({ label, cells, cellMax, heightMax }: HeatMapProps) {
  const scheme = useComputedColorScheme('dark');
  const [, navigate] = useLocation();
  const { ref, width } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const shown = useRestingOrder(cells, cellKey, pointed !== null);
  const layout = layoutHeat(shown.length, { width, cellMax, cellMin: 4, heightMax });
  useEffect(() => {
    if (canvas.current && width > 0)
      drawHeat(canvas.current, { cells: shown, layout, width, scheme, pointed });
  });
  const cell = pointed === null ? undefined : shown[pointed];
  return (
    <div ref={ref} className="heat" onPointerLeave={() => setPointed(null)}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        style={{ width: '100%', height: layout.height, cursor: cell ? 'pointer' : undefined }}
        onPointerMove={(event) => setPointed(cellAt(event.nativeEvent, layout, shown.length))}
        onClick={() => cell && navigate(hostLink(cell.cluster, cell.host))}
      />
      {cell && pointed !== null && <HeatTip cell={cell} index={pointed} layout={layout} width={width} />}
    </div>
  );
}

function HeatTip(props: {
  readonly cell: HeatCell;
  readonly index: number;
  readonly layout: HeatLayout;
  readonly width: number;
}) {
  const { cell, index, layout, width } = props;
  const pitch = layout.cell + layout.gap;
  const left = Math.min(Math.max(0, width - 190), (index % layout.columns) * pitch);
  const top = (Math.floor(index / layout.columns) + 1) * pitch + 4;
  return (
    <div className="heat-tip" style={{ left, top }}>
      <Mark kind={cell.mark} />
      <span className="mono ellipsis">{cell.host}</span>
      <b className="mono push">{cell.text}</b>
    </div>
  );
}

function cellKey(cell: HeatCell): string {
  return hostKey(cell.cluster, cell.host);
}

function cellAt(event: PointerEvent, layout: HeatLayout, count: number): number | null {
  const pitch = layout.cell + layout.gap;
  const column = Math.floor(event.offsetX / pitch);
  const index = Math.floor(event.offsetY / pitch) * layout.columns + column;
  return column < layout.columns && index >= 0 && index < count ? index : null;
}

interface HeatDrawing {
  readonly cells: readonly HeatCell[];
  readonly layout: HeatLayout;
  readonly width: number;
  readonly scheme: Scheme;
  readonly pointed: number | null;
}

function drawHeat(canvas: HTMLCanvasElement, { cells, layout, width, scheme, pointed }: HeatDrawing): void {
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(layout.height * devicePixelRatio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(devicePixelRatio, devicePixelRatio);
  const pitch = layout.cell + layout.gap;
  cells.forEach((cell, i) => {
    const x = (i % layout.columns) * pitch;
    const y = Math.floor(i / layout.columns) * pitch;
    drawCell(context, cell, { x, y, size: layout.cell, scheme });
    if (i !== pointed) return;
    context.strokeStyle = scheme === 'dark' ? '#e7ebf0' : '#1a212b';
    context.lineWidth = 1.5;
    context.strokeRect(x + 0.75, y + 0.75, layout.cell - 1.5, layout.cell - 1.5);
  });
}

interface CellPlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly scheme: Scheme;
}

function drawCell(
  context: CanvasRenderingContext2D,
  cell: HeatCell,
  { x, y, size, scheme }: CellPlace,
): void {
  const down = cell.mark === 'down';
  context.beginPath();
  const hollow = !down && (cell.heat === null || cell.mark === 'retired');
  const inset = hollow ? 0.5 : 0;
  context.roundRect(x + inset, y + inset, size - 2 * inset, size - 2 * inset, Math.min(3, size / 4));
  if (hollow) {
    context.strokeStyle = scheme === 'dark' ? '#5d6977' : '#94a0ae';
    context.lineWidth = 1;
    context.setLineDash(cell.mark === 'retired' ? [2, 2] : []);
    context.stroke();
    context.setLineDash([]);
    return;
  }
  context.fillStyle = down ? (scheme === 'dark' ? '#8d2f35' : '#7b2227') : heatColour(cell.heat ?? 0, scheme);
  context.fill();
  if (!down || size < 6) return;
  const arm = size * 0.28;
  context.strokeStyle = '#fff';
  context.lineWidth = Math.max(1.2, size / 12);
  context.lineCap = 'round';
  context.beginPath();
  context.moveTo(x + arm, y + arm);
  context.lineTo(x + size - arm, y + size - arm);
  context.moveTo(x + size - arm, y + arm);
  context.lineTo(x + arm, y + size - arm);
  context.stroke();
}
