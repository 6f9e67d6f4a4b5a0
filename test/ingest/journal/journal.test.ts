import { expect, test } from 'vitest';
import { described, Run, START_MS, START_S, wordsOf } from './harness.ts';

test('what was appended and not settled comes back in the next run', async () => {
  const first = await Run.open();
  await first.readAll();
  first.append('a', START_S, true, 7);
  first.append('b2', START_S + 1, true, -512);
  await first.commit();
  first.append('a', START_S + 10, true, 511);
  first.settle('a', START_S);
  await first.commit();

  const second = await Run.open({ disk: first.disk });
  expect(second.journal.known('web\0h1\0a')).toMatchObject({ timeS: START_S });
  expect(second.journal.known('web\0h1\0b2')).toBe('none');
  expect(second.journal.known('web\0h1\0c')).toBeUndefined();
  expect(second.journal.figures()).toMatchObject({ earlierValues: 4, unreadValues: 0 });
  await second.readAll();
  expect(second.read).toEqual([
    {
      metric: 'b2',
      timeS: START_S + 1,
      sampleMs: (START_S + 1) * 1000 - 512,
      arrivalMs: START_MS,
      words: [(START_S + 1) ^ 0xffff_0000, START_S + 1, (START_S + 1) ^ 0xffff_0000, START_S + 2].map(
        (w) => w >>> 0,
      ),
      earlier: true,
      title: 'Größe b2',
    },
    expect.objectContaining({ metric: 'a', timeS: START_S + 10, sampleMs: (START_S + 10) * 1000 + 511 }),
  ]);
  expect(second.journal.figures()).toMatchObject({ earlierValues: 0, unreadValues: 0 });
  expect(second.journal.known('web\0h1\0a')).toBeUndefined();
  expect(second.lost).toEqual([]);
});

test('appends that nobody else has are read from memory and from disk, in order', async () => {
  const run = await Run.open();
  for (let i = 0; i < 10; i += 1) {
    run.append('a', START_S + i, false);
    if (i % 3 === 0) await run.commit();
  }
  expect(run.journal.figures().unreadValues).toBe(10);
  expect(run.journal.catchUp(100, run.sink)).toBe(false);
  await run.readAll(3);
  expect(run.times).toEqual(Array.from({ length: 10 }, (_, i) => `a@${START_S + i}`));
  expect(run.journal.figures().unreadValues).toBe(0);
  run.append('a', START_S + 20, true);
  run.journal.fallBehind();
  run.append('a', START_S + 21, false);
  run.append('a', START_S + 22, true);
  await run.commit();
  run.append('a', START_S + 23, false);
  await run.readAll();
  expect(run.times.slice(10)).toEqual([`a@${START_S + 21}`, `a@${START_S + 23}`]);
});

test('every record is defined in each segment in which it has points', async () => {
  const first = await Run.open({ maxBytes: 1 << 26 });
  await first.readAll();
  const numbers = Array.from({ length: 150 }, (_, n) => {
    return first.descriptions.push(described(`m${n}x60`, { description: 'd'.repeat(n * 37) })) - 1;
  });
  for (let round = 0; round < 60; round += 1) {
    for (const number of numbers) {
      first.journal.append(number, START_S + round, 0, wordsOf(START_S + round, 60), true);
    }
    if (round % 7 === 0) await first.commit();
  }
  await first.commit();
  const second = await Run.open({ disk: first.disk });
  await second.readAll();
  expect(new Set(second.times).size).toBe(150 * 60);
  expect(second.lost).toEqual([]);
  expect(first.disk.segments().length).toBeGreaterThan(3);
});

test('points that wait for a number given to another record meanwhile stay with theirs', async () => {
  const run = await Run.open();
  await run.readAll();
  run.journal.fallBehind();
  for (let i = 0; i < 5; i += 1) run.append('a', START_S + i, false);
  const to: number[] = [];
  run.onPoint = (record) => to.push(record);
  while (run.read.length < 2) await run.journal.read(1, run.sink);
  run.journal.forget(0);
  run.descriptions[0] = described('b');
  run.append('b', START_S + 9, false);
  await run.readAll();
  expect(run.times.map((time, i) => `${to[i]} ${time}`)).toEqual(
    ['0 a', '0 a', '1 a', '1 a', '1 a', '0 b'].map((text, i) => `${text}@${START_S + (i < 5 ? i : 9)}`),
  );
});

test('a record that was not wanted for a while is read again once it is', async () => {
  const run = await Run.open();
  await run.readAll();
  run.journal.fallBehind();
  run.append('a', START_S, false);
  run.unwanted.add('a');
  await run.journal.read(1000, run.sink);
  run.journal.forget(0);
  run.unwanted.clear();
  run.append('a', START_S + 10, false);
  await run.readAll();
  expect(run.times).toEqual([`a@${START_S + 10}`]);
  expect(run.lostValues).toBe(1);
});
