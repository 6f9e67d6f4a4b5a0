import { useEffect, useRef } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { seriesColour } from '../chart/palette.ts';

/**
 * A line without axes, from zero; `null` is a gap. Decoration beside a figure, so hidden from screen readers.
 */
export function Sparkline(props: {
  readonly values: readonly (number | null)[];
  readonly height: number;
  readonly colour?: string | undefined;
  /** The top of an axis shared with others; its own highest value without. */
  readonly top?: number;
}) {
  const scheme = useComputedColorScheme('dark');
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref, width } = useElementSize();
  const { values, height, colour = seriesColour(0, scheme), top } = props;
  useEffect(() => {
    if (canvas.current && width > 0) draw(canvas.current, { values, width, height, colour, top });
  }, [values, width, height, colour, top]);
  return (
    <div ref={ref} className="sparkline" style={{ height }} aria-hidden="true">
      <canvas ref={canvas} style={{ width: '100%', height }} />
    </div>
  );
}

interface Drawing {
  readonly values: readonly (number | null)[];
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  readonly top: number | undefined;
}

function draw(canvas: HTMLCanvasElement, drawing: Drawing): void {
  const { values, width, height, colour } = drawing;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = colour;
  context.fillStyle = `${colour}1f`;
  context.lineWidth = 1.6;
  context.lineJoin = 'round';
  const highest = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  const top = drawing.top ?? (highest * 1.15 || 1);
  const x = (i: number) => (i / Math.max(1, values.length - 1)) * width;
  const y = (value: number) => height - 1 - (value / top) * (height - 3);
  for (const [start, end] of runs(values)) {
    context.beginPath();
    for (let i = start; i <= end; i += 1) context.lineTo(x(i), y(values[i] ?? 0));
    context.stroke();
    context.lineTo(x(end), height);
    context.lineTo(x(start), height);
    context.fill();
  }
}

/** Stretches without a gap, as first and last index. */
function runs(values: readonly (number | null)[]): [number, number][] {
  const found: [number, number][] = [];
  let start = -1;
  values.forEach((value, i) => {
    if (value !== null && start < 0) start = i;
    if (start < 0) return;
    if (value === null) {
      found.push([start, i - 1]);
      start = -1;
    } else if (i === values.length - 1) found.push([start, i]);
  });
  return found;
}
