import { expect, test } from 'vitest';
import { Lane } from '../../web/src/live/lane.ts';

/** Tasks that end when told; notes which were begun. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const task = (name: string) => () => {
    begun.push(name);
    const end = Promise.withResolvers<string>();
    ends.set(name, end);
    return end.promise;
  };
  return { begun, task, end: (name: string) => ends.get(name)?.resolve(name), ends };
}

const never = () => new AbortController().signal;

test('so many run at a time, the others in the order they came', async () => {
  const lane = new Lane(2);
  const { begun, task, end } = tasks();
  const runs = ['a', 'b', 'c', 'd'].map((name) => lane.run(task(name), never()));
  expect(begun).toEqual(['a', 'b']);
  end('b');
  expect(await runs[1]).toBe('b');
  await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
  end('a');
  await expect.poll(() => begun).toEqual(['a', 'b', 'c', 'd']);
  end('c');
  end('d');
  expect(await Promise.all(runs)).toEqual(['a', 'b', 'c', 'd']);
});

test('one that fails makes room', async () => {
  const lane = new Lane(1);
  const { begun, task, ends, end } = tasks();
  const first = lane.run(task('a'), never());
  const second = lane.run(task('b'), never());
  ends.get('a')?.reject(new Error('refused'));
  await expect(first).rejects.toThrow('refused');
  await expect.poll(() => begun).toEqual(['a', 'b']);
  end('b');
  await second;
});

test('one that is given up while it waits is never begun, and takes no place', async () => {
  const lane = new Lane(1);
  const { begun, task, end } = tasks();
  const gone = new AbortController();
  const first = lane.run(task('a'), never());
  const second = lane.run(task('b'), gone.signal);
  const third = lane.run(task('c'), never());
  gone.abort(new Error('left'));
  await expect(second).rejects.toThrow('left');
  end('a');
  await first;
  await expect.poll(() => begun).toEqual(['a', 'c']);
  end('c');
  await third;
  await expect(lane.run(task('d'), gone.signal)).rejects.toThrow('left');
  const last = lane.run(task('e'), never());
  end('e');
  expect(await last).toBe('e');
});
