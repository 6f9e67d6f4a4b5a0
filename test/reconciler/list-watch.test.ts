import { expect, test } from 'vitest';
import { ListWatch } from '../../src/reconciler/list-watch.ts';
import { TestRoster } from '../fleet/listing.ts';
import { settled } from './fake-clock.ts';
import type { ListSource, SourceRead } from '../../src/reconciler/source.ts';

/** A disk that hangs: it answers when it is told to, whatever the signal says. */
class HangingSource implements ListSource {
  readonly name = '/mnt/list.json';
  readonly waiting: ((read: SourceRead) => void)[] = [];
  reads = 0;

  read(): Promise<SourceRead> {
    this.reads += 1;
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  answer(): void {
    const text = '[{"group":"web","id":"i-1"}]';
    for (const resolve of this.waiting.splice(0)) resolve({ kind: 'text', text, mark: text });
  }
}

function stand() {
  const roster = new TestRoster();
  const source = new HangingSource();
  const watch = new ListWatch({ roster, nowMs: () => 1, ticksMs: () => 0, pause: settled });
  const stop = new AbortController();
  const rules = { list: 'cloud', shrinkMax: 0.3, speaksFor: () => true };
  const read = (timeoutMs: number) => watch.read({ source, rules, timeoutMs }, stop.signal);
  return { roster, source, watch, stop, read };
}

test('a reading that does not end is over in time, and no other is begun beside it', async () => {
  const { roster, source, watch, read } = stand();
  expect(await read(20)).toBe('failed');
  expect(await read(20)).toBe('failed');
  expect(source.reads).toBe(1);
  expect(watch.state).toMatchObject({ fault: 'did not come within 0.02 s', readMs: 0, failingMs: 1 });
  source.answer();
  const next = read(60_000);
  await settled();
  source.answer();
  expect(await next).toBe('changed');
  expect(source.reads).toBe(2);
  expect(roster.standings).toEqual(['web i-1 here']);
});

test('what comes after it was stopped changes nothing', async () => {
  const { roster, source, watch, stop, read } = stand();
  const before = watch.state;
  const late = read(60_000);
  await settled();
  stop.abort();
  source.answer();
  expect(await late).toBe('failed');
  expect(watch.state).toBe(before);
  expect(roster.changes).toEqual([]);
});

test('whatever a list does to us is a fault of the list, and is tried again', async () => {
  const { roster, source, watch, read } = stand();
  roster.instances = () => {
    throw new RangeError('Maximum call stack size exceeded');
  };
  const first = read(60_000);
  await settled();
  source.answer();
  expect(await first).toBe('failed');
  expect(watch.state).toMatchObject({ fault: 'cannot be taken: RangeError', readMs: 0 });
  const again = read(60_000);
  await settled();
  source.answer();
  expect(await again).toBe('failed');
  expect(source.reads).toBe(2);
});
