import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { csvOf, fileName } from '../../web/src/chart/csv.ts';
import { LiveColumns } from '../../web/src/chart/live-columns.ts';
import { eventWords, mergeMarks } from '../../web/src/chart/marks.ts';
import { READINGS_MAX, readAt, valueNear, valueWords } from '../../web/src/chart/readout.ts';
import { stackColumns } from '../../web/src/chart/stack.ts';
import { bandOf, pickColumns } from '../../web/src/live/history.ts';
import type { ChartData } from '../../web/src/chart/columns.ts';
import type { EventView } from '../../src/contract/api.ts';

/** Drawn through. */
const THROUGH = undefined;

describe('columns that grow', () => {
  const history: ChartData = { times: [10, 20, 30], lines: [[1, 2, 3]] };
  test('nothing new: the very same answer, nothing copied', () => {
    const columns = new LiveColumns(history);
    const tail = { times: [40], values: [4] };
    const first = columns.take([tail]);
    expect(columns.take([tail])).toBe(first);
    const next = columns.take([{ times: [40, 50], values: [4, 5] }]);
    expect(next).not.toBe(first);
    expect(next.times).toBe(first.times);
    expect(next.lines).toEqual([[1, 2, 3, 4, 5]]);
    expect(history.times).toEqual([10, 20, 30]);
  });
  test('a silence stays open, a late sample closes its own line only', () => {
    const columns = new LiveColumns({
      times: [10, 20, 30],
      lines: [
        [1, 2, 3],
        [1, 2, 3],
      ],
    });
    columns.take([
      { times: [40], values: [4] },
      { times: [90], values: [9] },
    ]);
    const data = columns.take([
      { times: [40, 50], values: [4, 5] },
      { times: [90, 100], values: [9, 10] },
    ]);
    expect(data.times).toEqual([10, 20, 30, 40, 50, 90, 100]);
    expect(data.lines[0]).toEqual([1, 2, 3, 4, 5, null, null]);
    expect(data.lines[1]).toEqual([1, 2, 3, null, null, 9, 10]);
  });
  test('a band is as long as its line', () => {
    const bands = [{ lows: [0, 1, 2], highs: [2, 3, 4] }];
    const data = new LiveColumns({ ...history, bands }).take([{ times: [40], values: [4] }]);
    expect(data.bands).toEqual([{ lows: [0, 1, 2, null], highs: [2, 3, 4, null] }]);
  });
  test('never more than its bound, should history not be read for hours', () => {
    const columns = new LiveColumns({ times: [], lines: [[]] });
    for (let second = 0; second < 20_000; second += 500) {
      const times = Array.from({ length: 500 }, (_, i) => second + i);
      columns.take([{ times, values: times }]);
    }
    const { times, lines } = columns.take([]);
    expect(times.length).toBeLessThanOrEqual(6000);
    expect(times.at(-1)).toBe(19_999);
    expect(lines[0]).toEqual(times);
  });
  test('second by second is the same as at once', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 40, maxLength: 60 });
    fc.assert(
      fc.property(steps, (distances) => {
        const times: number[] = [];
        for (const distance of distances) times.push((times.at(-1) ?? 1000) + distance);
        const past = { times: times.slice(0, 33), lines: [times.slice(0, 33)] };
        const whole = new LiveColumns(past).take([{ times, values: times }]);
        const growing = new LiveColumns(past);
        for (let i = 34; i <= times.length; i += 1) {
          growing.take([{ times: times.slice(0, i), values: times.slice(0, i) }]);
        }
        expect(growing.take([])).toEqual(whole);
      }),
    );
  });
});

describe('piled lines', () => {
  const times = [0, 10, 20];
  test.for([
    {
      name: 'upper edges',
      lines: [
        [1, 2, 3],
        [10, 10, 10],
      ],
      out: [
        [1, 2, 3],
        [11, 12, 13],
      ],
    },
    {
      name: 'a gap adds nothing above',
      lines: [
        [1, null, 3],
        [10, 10, 10],
      ],
      out: [
        [1, null, 3],
        [11, 10, 13],
      ],
    },
    {
      name: 'drawn through: the line between',
      lines: [
        [1, THROUGH, 3],
        [10, 10, 10],
      ],
      out: [
        [1, 2, 3],
        [11, 12, 13],
      ],
    },
    {
      name: 'negative ones downwards',
      lines: [
        [1, 1, 1],
        [-2, -2, -2],
        [-1, -1, -1],
      ],
      out: [
        [1, 1, 1],
        [-2, -2, -2],
        [-3, -3, -3],
      ],
    },
  ])('$name', ({ lines, out }) => expect(stackColumns({ times, lines })).toEqual(out));
});

const event = (changes: Partial<EventView>): EventView => ({
  id: 'm1',
  time_ms: 0,
  kind: 'deploy',
  cluster: '',
  host: '',
  text: 'web 2.14',
  tags: [],
  by: 'ci',
  service: null,
  state: null,
  state_type: null,
  attempt: null,
  ...changes,
});
const change = (time_ms: number, state: string) =>
  event({ id: `s${time_ms}`, time_ms, kind: 'state', service: 'load', state, text: '9.6' });

const said = event({
  time_ms: 10_000,
  kind: 'notification',
  service: 'df-root',
  state: 'CRITICAL',
  text: 'full',
});

describe('marks', () => {
  const range = { fromS: 0, toS: 100 };
  test.for([
    { name: 'outside the range', events: [event({ time_ms: 101_000 })], marks: [] },
    { name: 'one', events: [event({ time_ms: 5000 })], marks: ['mark 5 1 ok'] },
    {
      name: 'near ones merge, in order of time, the worst state wins',
      events: [change(12_000, 'CRITICAL'), change(10_000, 'WARNING'), change(50_000, 'OK')],
      marks: ['state 10 2 critical', 'state 50 1 ok'],
    },
    {
      name: 'a deploy and a change of state at once stay apart',
      events: [event({ time_ms: 10_000 }), change(10_000, 'WARNING')],
      marks: ['state 10 1 warning', 'mark 10 1 ok'],
    },
    {
      name: 'what an agent says is drawn as a change of state',
      events: [said, event({ time_ms: 10_000 })],
      marks: ['state 10 1 critical', 'mark 10 1 ok'],
    },
    {
      name: 'a row of near ones is not one for ever',
      events: [0, 4, 8, 12].map((s) => event({ id: `m${s}`, time_ms: s * 1000 })),
      marks: ['mark 0 2 ok', 'mark 8 2 ok'],
    },
  ])('$name', ({ events, marks }) =>
    expect(
      mergeMarks(events, range, 1, 7).map((m) => `${m.kind} ${m.timeS} ${m.events.length} ${m.state}`),
    ).toEqual(marks),
  );
  test.for([
    { name: 'a deploy', event: event({}), words: 'deploy: web 2.14' },
    { name: 'a service', event: change(1, 'CRITICAL'), words: 'load is CRITICAL: 9.6' },
    { name: 'a notification', event: said, words: 'df-root is CRITICAL, says its agent: full' },
    { name: 'a host', event: { ...change(1, 'DOWN'), service: 'host', text: '' }, words: 'host is DOWN' },
  ])('in words: $name', ({ event, words }) => expect(eventWords(event)).toBe(words));
});

describe('what stands under the crosshair', () => {
  const data = {
    times: [0, 10, 20, 30],
    lines: [
      [1, THROUGH, 3, null],
      [5, 6, 7, 8],
    ],
  };
  const labels = ['a', 'b'];
  test.for([
    { name: 'the highest first', index: 0, stacked: false, told: 'b 5, a 1', sum: null },
    { name: 'own values and their sum where piled', index: 2, stacked: true, told: 'b 7, a 3', sum: 10 },
    { name: 'in a gap', index: 3, stacked: true, told: 'b 8, a null', sum: null },
    { name: 'drawn through: its nearest sample', index: 1, stacked: false, told: 'b 6, a 1', sum: null },
  ])('$name', ({ index, stacked, told, sum }) => {
    const out = readAt(data, index, { labels, stacked, line: null });
    expect(out.readings.map(({ label, value }) => `${label} ${value}`).join(', ')).toBe(told);
    expect(out.sum).toBe(sum);
  });
  test('of fifty lines a few, the followed one among its neighbours', () => {
    const many = { times: [0], lines: Array.from({ length: 50 }, (_, i) => [i]) };
    const out = readAt(many, 0, { labels: [], stacked: false, line: 20 });
    expect(out.readings).toHaveLength(READINGS_MAX);
    expect(out.more).toBe(38);
    expect(out.readings.map(({ line }) => line)).toContain(20);
    expect(readAt(many, 0, { labels: [], stacked: false, line: null }).readings[0]?.line).toBe(49);
  });
  test('the ends have nothing to be drawn to', () => {
    expect(valueNear({ times: [0], lines: [[]] }, 0, 0)).toBeNull();
    expect(valueNear(data, 7, 0)).toBeNull();
  });
  test.for([
    { name: 'short says it all', value: 12, exact: '' },
    { name: 'more digits', value: 2.40547, exact: '2.40547' },
    { name: 'not known', value: null, exact: '' },
  ])('exact: $name', ({ value, exact }) => expect(valueWords(value, { kind: 'level' }).exact).toBe(exact));
});

describe('CSV', () => {
  const shown = {
    data: {
      times: [0, 10, 20, 30],
      lines: [
        [1, null, THROUGH, 9],
        [-2.5, 3, 4, 9],
      ],
    },
    fromS: 0,
    toS: 20,
    quantity: { kind: 'bytes', base: 1024, perUnit: 1024, perSecond: false } as const,
    losses: [],
  };
  test('what is shown, times twice, units in the header, gaps empty', () => {
    expect(csvOf({ ...shown, labels: ['mem_free', 'mem,cached'] })).toBe(
      [
        'time,epoch_s,mem_free (B),"mem,cached (B)"',
        '1970-01-01T00:00:00.000Z,0,1024,-2560',
        '1970-01-01T00:00:10.000Z,10,,3072',
        '1970-01-01T00:00:20.000Z,20,,4096',
        '',
      ].join('\r\n'),
    );
  });
  test('lost datagrams beside the rows that lack them', () => {
    const loss = { cluster: 'web', from_ms: 12_000, to_ms: 14_000, packets: 7, reasons: ['kernel'] };
    const rows = csvOf({ ...shown, labels: ['a', 'b'], losses: [loss] }).split('\r\n');
    expect(rows.map((row) => row.split(',')[4])).toEqual(['lost_datagrams', '0', '0', '7', undefined]);
  });
  test.for(['=cmd|calc', '+1', '-1+2', '@SUM(A1)', '\tx', '\rx'])('a name that is a formula: %j', (name) => {
    const [head = ''] = csvOf({ ...shown, labels: [name, 'b'] }).split('\r\n');
    expect(csvOf({ ...shown, labels: [name, 'b'] })).toContain(`"'${name}`);
    expect(head.split(',')[2]?.startsWith(name[0] ?? '')).toBe(false);
  });
  test('quotes in a name', () => {
    expect(csvOf({ ...shown, labels: ['a "b"', 'c'] })).toContain('"a ""b"" (B)"');
  });
  test.for([
    { name: 'plain', names: ['web', 'web-0417', 'load_one'], file: 'web-web-0417-load_one-' },
    { name: 'paths and markup', names: ['..', '../<b>', 'if/eth0:rx'], file: '_b_-if_eth0_rx-' },
  ])('file name: $name', ({ names, file }) => {
    const name = fileName(names, { fromS: 1_795_253_400, toS: 1_795_257_000 }, 'csv');
    expect(name).toBe(`${file}20261121T093000Z-20261121T103000Z.csv`);
  });
  test('a file name has a bound', () => {
    expect(fileName(['x'.repeat(500)], { fromS: 0, toS: 1 }, 'png').length).toBeLessThan(210);
  });
});

describe('bands', () => {
  const series = (lows: (number | null)[], highs: (number | null)[]) => ({
    cluster: 'c',
    host: 'h',
    metric: 'm',
    units: '',
    values: [2, 2, 2],
    lows,
    highs,
  });
  test.for([
    {
      name: 'as wide as the line says more',
      lows: [1, 1, 1],
      highs: [2, 2, 3],
      band: { lows: [1, 1, 1], highs: [2, 2, 3] },
    },
    { name: 'no wider than the line', lows: [2, 2, 2], highs: [2, 2, 2], band: null },
  ])('$name', ({ lows, highs, band }) => expect(bandOf(series(lows, highs), [2, 2, 2])).toEqual(band));
  test('drawn through where the line is', () => {
    const band = bandOf(series([1, null, 1], [3, null, 3]), [2, THROUGH, 2]);
    expect(band).toEqual({ lows: [1, THROUGH, 1], highs: [3, THROUGH, 3] });
  });
  test('an answer without them has none', () => {
    const answer = { times: [1], series: [{ ...series([], []), values: [1] }], left_out: 0 };
    const [first] = answer.series;
    expect(first).toBeDefined();
    const { lows: _lows, highs: _highs, ...plain } = series([], []);
    expect(pickColumns({ times: [1], series: [{ ...plain, values: [1] }], left_out: 0 }, ['m', 'n'])).toEqual(
      {
        times: [1],
        lines: [[1], [null]],
      },
    );
  });
});
