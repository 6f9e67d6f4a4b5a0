import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { readSeries, SEGMENT_ROWS, seriesBuffer, seriesSegment } from '../../src/live/columns.ts';
import { LiveWriter } from '../../src/live/writer.ts';
import type { Announcement } from '../../src/live/announcement.ts';
import type { LiveSample } from '../../src/live/columns.ts';

const blank = (): LiveSample => ({ rawHi: 0, rawLo: 0, value: 0, sampleMs: 0, arrivalMs: 0 });

function writer() {
  const announced: Announcement[] = [];
  const live = new LiveWriter((a) => announced.push(a));
  const segments = () =>
    announced.flatMap((a) => (a.kind === 'series-segment' ? [seriesSegment(a.buffer)] : []));
  return { live, announced, segments };
}

describe('rows', () => {
  test('what is written is read', () => {
    const { live, segments } = writer();
    const at = live.openSeries(1);
    live.write(at.row, 1, 2, 3.5, 1000, 1001);
    const out = blank();
    expect(readSeries(segments(), at, out)).toBe(true);
    expect(out).toEqual({ rawHi: 1, rawLo: 2, value: 3.5, sampleMs: 1000, arrivalMs: 1001 });
  });

  test('a reused row is another generation: its former owner reads nothing', () => {
    const { live, segments } = writer();
    const old = live.openSeries(2);
    live.write(old.row, 0, 7, 7, 1, 1);
    live.closeSeries(old.row, 2);
    const next = live.openSeries(2);
    expect(next.row).toBe(old.row);
    expect(readSeries(segments(), old, blank())).toBe(false);
    const out = blank();
    expect(readSeries(segments(), next, out)).toBe(true);
    expect(out.arrivalMs).toBe(0);
  });

  test('the rows of one record lie in one segment', () => {
    const { live, announced } = writer();
    live.openSeries(SEGMENT_ROWS - 1);
    expect(live.openSeries(3).row).toBe(SEGMENT_ROWS);
    expect(announced.length).toBe(2);
  });

  test('a row that does not exist is not read', () => {
    expect(readSeries([], { row: 5, generation: 1 }, blank())).toBe(false);
  });

  test('a writer that died inside a row does not hang its readers', () => {
    const segment = seriesSegment(seriesBuffer());
    segment.sequence[0] = 1;
    expect(readSeries([segment], { row: 0, generation: 0 }, blank())).toBe(false);
  });
});

test('a reader never sees half of a row while another thread writes it', async () => {
  const buffer = seriesBuffer();
  const segment = seriesSegment(buffer);
  const url = new URL('./hasty-writer.ts', import.meta.url);
  const thread = new Worker(url, { workerData: buffer });
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  const out = blank();
  let reads = 0;
  let newest = 0;
  // A thread takes its time to start: reads count from its first write on.
  while (newest < 200_000 && reads < 50_000_000) {
    if (!readSeries([segment], { row: 0, generation: 0 }, out)) continue;
    if (newest > 0) reads += 1;
    const { rawLo, value, sampleMs, arrivalMs } = out;
    if (rawLo !== value || value !== sampleMs || sampleMs !== arrivalMs) expect(out).toBe('one write');
    newest = value;
    if (reads % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await thread.terminate();
  await ended;
  expect(newest).toBeGreaterThan(0);
});
