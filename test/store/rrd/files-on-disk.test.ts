import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodePart } from '../../../src/store/rrd/path.ts';
import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { adoptedPath, recordPath } from '../../../src/store/rrd/tree.ts';
import { sumsRecord } from '../../../src/store/sums.ts';
import { rrdtoolVersion } from '../../../src/store/rrd/version.ts';
import { KIND } from '../../../src/model/kind.ts';
import { batchOf, describe, source, valueAt } from '../batch.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';
import type { RrdStoreOptions } from '../../../src/store/rrd/rrd-store.ts';
import type { PointRow } from '../batch.ts';

const T = 1_700_000_000;
const patient = new AbortController().signal;
const HURRY = { signal: patient, hurry: true };

function open(dir: string, more: Partial<RrdStoreOptions> = {}) {
  return createRrdStore({ dir, workers: 2, rrdDirs: new Map(), now: () => 0, ...more });
}

test('a collectd file is made as the design says', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  const record = describe({
    protocol: 'collectd',
    metric: 'interface-eth0/if_octets',
    sources: [source('rx', KIND.derive, { min: 0 }), source('tx', KIND.counter, { min: 0, max: 1.25e9 })],
  });
  await store.put(
    batchOf([
      [
        record,
        [
          [T, [1, 2]],
          [T + 10, [18, 4_611_686_018_427_387_905n]],
        ],
      ],
    ]),
    HURRY,
  );
  const info = await rrdtool(dir.path, 'info', 'web/web-1/interface-eth0/if_octets.rrd');
  const fields = new Map(info.split('\n').map((line) => line.split(' = ') as [string, string]));
  expect(
    Object.fromEntries([...fields].filter(([key]) => /^(step|ds\[.*(type|heartbeat|min|max))/.test(key))),
  ).toEqual({
    step: '10',
    'ds[rx].type': '"DERIVE"',
    'ds[rx].minimal_heartbeat': '80',
    'ds[rx].min': '0.0000000000e+00',
    'ds[rx].max': 'NaN',
    'ds[tx].type': '"COUNTER"',
    'ds[tx].minimal_heartbeat': '80',
    'ds[tx].min': '0.0000000000e+00',
    'ds[tx].max': '1.2500000000e+09',
  });
  const archives = Array.from({ length: 13 }, (_, i) =>
    ['cf', 'pdp_per_row', 'rows'].map((key) => fields.get(`rra[${i}].${key}`)).join(' '),
  );
  const three = (rest: string) => ['AVERAGE', 'MIN', 'MAX'].map((cf) => `"${cf}" ${rest}`);
  expect(archives).toEqual([
    '"AVERAGE" 1 2160',
    ...three('6 2880'),
    ...three('60 2016'),
    ...three('720 1080'),
    ...three('8640 730'),
  ]);
  const last = await rrdtool(dir.path, 'lastupdate', 'web/web-1/interface-eth0/if_octets.rrd');
  expect(last).toContain(`${T + 10}: 18 4611686018427387905`);
});

test('gmond: data source sum, heartbeat from tmax, step from the interval', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  await store.put(batchOf([[describe({ intervalS: 15, tmaxS: 70 }), [[T, 0.29]]]]), HURRY);
  const info = await rrdtool(dir.path, 'info', 'web/web-1/load_one.rrd');
  expect(info).toContain('step = 15\n');
  expect(info).toContain('ds[sum].type = "GAUGE"\n');
  expect(info).toContain('ds[sum].minimal_heartbeat = 280\n');
  expect(info).toContain(`last_update = ${T}\n`);
});

test('a long name is kept beside its directory', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  const host = 'ö'.repeat(120);
  await store.put(
    batchOf([
      [describe({ host }), [[T, 1]]],
      [describe({ host, metric: 'x' }), [[T, 1]]],
    ]),
    HURRY,
  );
  expect((await readdir(join(dir.path, 'web'))).toSorted()).toEqual([
    encodePart(host),
    `${encodePart(host)}.name`,
  ]);
  expect(await readFile(join(dir.path, 'web', `${encodePart(host)}.name`), 'utf8')).toBe(`${host}\n`);
});

test('one put of 6000 points', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  const points = Array.from({ length: 6000 }, (_, i): PointRow => [T + 10 * i, i + 0.123456789]);
  expect(await store.put(batchOf([[describe(), points]]), HURRY)).toEqual([{ ok: true, lateThroughS: 0 }]);
  expect(await rrdtool(dir.path, 'lastupdate', 'web/web-1/load_one.rrd')).toContain(
    `${T + 59_990}: 5999.123456789`,
  );
});

test('new files are paced, known ones and a hurry are not', async () => {
  await using dir = await temporaryDirectory();
  let nowMs = 0;
  await using store = open(dir.path, { createsPerSecond: 2, now: () => nowMs });
  const records = ['a', 'b', 'c', 'd', 'e'].map((metric) => describe({ metric }));
  const put = async (s: number, hurry = false) => {
    const outcomes = await store.put(batchOf(records.map((r) => [r, [[T + s, 1]]])), {
      signal: patient,
      hurry,
    });
    return outcomes
      .map((outcome) => (outcome.ok ? 'ok' : outcome.reason))
      .toSorted()
      .join(' ');
  };
  expect(await put(0)).toBe('creating creating creating ok ok');
  expect(await put(10)).toBe('creating creating creating ok ok');
  nowMs = 500;
  expect(await put(20)).toBe('creating creating ok ok ok');
  expect(await put(30, true)).toBe('ok ok ok ok ok');
});

test('updates go on while thousands of new files wait', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path, { createsPerSecond: 200 }); // The clock stands still: 200 in all.
  const known = describe({ metric: 'known' });
  await store.put(batchOf([[known, [[T, 1]]]]), HURRY);
  const fresh = Array.from({ length: 3000 }, (_, i) => describe({ metric: `new_${i}` }));
  const storm = (s: number) =>
    store.put(batchOf([...fresh, known].map((record) => [record, [[T + s, 1]]])), {
      signal: patient,
      hurry: false,
    });
  const [first, second] = [await storm(10), await storm(20)];
  for (const outcomes of [first, second]) expect(outcomes.at(-1)).toMatchObject({ ok: true });
  expect(new Set(first.map((outcome) => (outcome.ok ? 'ok' : outcome.reason)))).toEqual(
    new Set(['ok', 'creating']),
  );
  expect(second.filter((outcome) => outcome.ok).length).toBeLessThanOrEqual(201);
});

test.for([
  { name: 'older than a file may be', timeS: 1, lateThroughS: 1_000_000_000 },
  { name: 'of the last second there is', timeS: 0xffffffff, lateThroughS: 0 },
])('a point $name does not cost its batch', async ({ timeS, lateThroughS }) => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  const [odd, sane] = [describe({ metric: 'odd' }), describe()];
  const points = [T, T + 10, timeS].toSorted((a, b) => a - b).map((s): PointRow => [s, 7]);
  const outcomes = await store.put(
    batchOf([
      [odd, points],
      [sane, [[T, 1]]],
    ]),
    HURRY,
  );
  expect(outcomes).toEqual([
    { ok: true, lateThroughS },
    { ok: true, lateThroughS: 0 },
  ]);
  const last = await rrdtool(dir.path, 'lastupdate', 'web/web-1/odd.rrd');
  expect(last).toContain(`${points.at(-1)?.[0]}: 7`);
  const again = await store.put(batchOf([[sane, [[T + 10, 2]]]]), HURRY);
  expect(again).toMatchObject([{ ok: true }]);
});

test('a file deleted at run time is made anew', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  const record = describe();
  await store.put(
    batchOf([
      [
        record,
        [
          [T, 1],
          [T + 10, 1],
        ],
      ],
    ]),
    HURRY,
  );
  await rm(join(dir.path, 'web'), { recursive: true });
  expect(
    await store.put(
      batchOf([
        [
          record,
          [
            [T + 20, 2],
            [T + 30, 2],
          ],
        ],
      ]),
      HURRY,
    ),
  ).toMatchObject([{ ok: true }]);
  expect(await rrdtool(dir.path, 'lastupdate', 'web/web-1/load_one.rrd')).toContain(`${T + 30}: 2`);
});

test.for([
  { name: 'deleted', lose: (dir: string) => rm(dir, { recursive: true }) },
  { name: 'renamed', lose: (dir: string) => rename(dir, `${dir}.old`) },
])('the whole tree $name at run time is made anew in its place', async ({ lose }) => {
  await using parent = await temporaryDirectory();
  const dir = join(parent.path, "it's rrd");
  await mkdir(dir);
  await using store = open(dir);
  const records = ['a', 'b', 'c', 'd'].map((metric) => describe({ metric }));
  const put = (s: number) =>
    store.put(batchOf(records.map((record) => [record, [[T + s, s]]])), { signal: patient, hurry: false });
  await put(10);
  await put(20);
  await lose(dir);
  expect(await put(30)).toEqual(records.map(() => ({ ok: true, lateThroughS: 0 })));
  await put(40);
  for (const record of records) {
    expect(await rrdtool(dir, 'lastupdate', `web/web-1/${record.metric}.rrd`)).toContain(`${T + 40}: 40`);
  }
  const answers = await store.query({ records, fromS: T, toS: T + 40, points: 9 }, patient);
  expect(answers.map((rows) => valueAt(rows, T + 40))).toEqual([40, 40, 40, 40]);
});

test.for([{ restart: false }, { restart: true }])(
  'a provisional kind gives way to the described one (restart: $restart)',
  async ({ restart }) => {
    await using dir = await temporaryDirectory();
    const first = open(dir.path);
    await first.put(batchOf([[describe({ provisional: true }), [[T, 1]]]]), HURRY);
    const store = restart ? open(dir.path) : first;
    const described = describe({ sources: [source('value', KIND.counter)] });
    const [outcome] = await store.put(
      batchOf([
        [
          described,
          [
            [T + 10, 100],
            [T + 20, 200],
          ],
        ],
      ]),
      HURRY,
    );
    expect(outcome).toMatchObject({ ok: true });
    expect(await rrdtool(dir.path, 'info', 'web/web-1/load_one.rrd')).toContain('ds[sum].type = "COUNTER"');
    const [rows] = await store.query({ records: [described], fromS: T, toS: T + 20, points: 9 }, patient);
    expect(rows && valueAt(rows, T + 20)).toBe(10);
    await first[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  },
);

test('a file in the way of a directory is refused with its path', async () => {
  await using dir = await temporaryDirectory();
  await writeFile(join(dir.path, 'web'), '');
  await using store = open(dir.path);
  const [outcome] = await store.put(batchOf([[describe(), [[T, 1]]]]), HURRY);
  expect(outcome).toMatchObject({ ok: false, reason: 'store_refused' });
  expect(outcome?.ok === false && outcome.detail).toContain('web');
});

test('an unwritable tree is refused for now, with the cause', async () => {
  await using store = open('/sys/kernel'); // Nobody makes directories here, root included.
  const [outcome] = await store.put(batchOf([[describe(), [[T, 1]]]]), HURRY);
  expect(outcome).toMatchObject({ ok: false, reason: 'store_refused', retryable: true });
});

test('what the world refuses is tried again a second later, however often it is put', async () => {
  const pauses: number[] = [];
  let nowMs = 0;
  await using store = open('/sys/kernel', {
    now: () => nowMs,
    pause: (ms) => Promise.resolve(pauses.push(((nowMs += ms), ms))),
  });
  const batch = batchOf([[describe(), [[T, 1]]]]);
  for (let round = 0; round < 3; round += 1) await store.put(batch, HURRY);
  nowMs += 400;
  await store.put(batch, HURRY);
  expect(pauses).toEqual([1000, 1000, 600]);
  const aborting = { signal: AbortSignal.abort(), hurry: true };
  expect(await store.put(batch, aborting)).toMatchObject([{ ok: false, reason: 'aborted' }]);
  expect(pauses.length).toBe(3);
});

test('a put that rests ends with its signal', async () => {
  await using store = open('/sys/kernel');
  const batch = batchOf([[describe(), [[T, 1]]]]);
  await store.put(batch, HURRY);
  const abort = new AbortController();
  const put = store.put(batch, { signal: abort.signal, hurry: true });
  abort.abort();
  expect(await put).toMatchObject([{ ok: false, retryable: true, reason: 'aborted' }]);
});

test('a file that is no RRD reads as nothing, is told so once a minute, and stays where it is', async () => {
  await using dir = await temporaryDirectory();
  await mkdir(join(dir.path, 'web/web-1'), { recursive: true });
  await writeFile(join(dir.path, 'web/web-1/load_one.rrd'), 'x'.repeat(5000));
  const counted: string[] = [];
  let nowMs = 0;
  await using store = open(dir.path, { onCount: (what) => counted.push(what), now: () => nowMs });
  const [rows] = await store.query({ records: [describe()], fromS: T, toS: T + 10, points: 9 }, patient);
  expect(rows?.columns[0]?.length).toBe(0);
  expect(counted).toEqual(['unreadable']);
  const again = async (atMs: number) => {
    nowMs = atMs;
    await store.query({ records: [describe()], fromS: T, toS: T + 10, points: 9 }, patient);
    return counted.length;
  };
  expect([await again(59_999), await again(60_000), await again(60_001)]).toEqual([1, 2, 2]);
  expect(await readdir(join(dir.path, 'web/web-1'))).toEqual(['load_one.rrd']);
});

const RRA = 'RRA:AVERAGE:0.5:1:100';

async function adoptable(root: string, path: string, ...sources: string[]): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await rrdtool(root, 'create', path, '--step', '10', '--start', String(T - 100), ...sources, RRA);
}

const octets = describe({
  protocol: 'collectd',
  host: 'My Host',
  metric: 'interface-eth0/if_octets',
  sources: [source('rx', KIND.derive), source('tx', KIND.derive)],
});

test('a tree of collectd is continued in its own spelling and order', async () => {
  await using root = await temporaryDirectory();
  await using dir = await temporaryDirectory();
  const path = 'My Host/interface-eth0/if_octets.rrd';
  await adoptable(root.path, path, 'DS:tx:DERIVE:20:0:U', 'DS:rx:DERIVE:20:0:U');
  await using store = open(dir.path, { rrdDirs: new Map([['web', root.path]]) });
  expect(
    await store.put(
      batchOf([
        [
          octets,
          [
            [T, [10, 20]],
            [T + 10, [30, 60]],
          ],
        ],
      ]),
      HURRY,
    ),
  ).toEqual([{ ok: true, lateThroughS: T - 100 }]);
  expect(await rrdtool(root.path, 'lastupdate', path)).toContain(`${T + 10}: 60 30`);
  const [rows] = await store.query({ records: [octets], fromS: T, toS: T + 10, points: 9 }, patient);
  expect([0, 1].map((s) => rows && valueAt(rows, T + 10, s))).toEqual([2, 4]);
  const fresh = { ...octets, metric: 'interface-eth 1/if_octets' };
  await store.put(batchOf([[fresh, [[T, [1, 2]]]]]), HURRY);
  const info = await rrdtool(root.path, 'info', 'My Host/interface-eth 1/if_octets.rrd');
  expect(info).toContain('rra[3].pdp_per_row = 7\n'); // As collectd makes them.
  expect(await readdir(dir.path)).toEqual([]);
});

test('a tree of gmetad is continued below its cluster, hosts in lower case', async () => {
  await using root = await temporaryDirectory();
  await using dir = await temporaryDirectory();
  await adoptable(root.path, 'web/ip-10-0-0-1.ec2/load_one.rrd', 'DS:sum:GAUGE:80:U:U');
  await using store = open(dir.path, { rrdDirs: new Map([['web', root.path]]) });
  const record = describe({ host: 'IP-10-0-0-1.ec2' });
  await store.put(batchOf([[record, [[T, 0.5]]]]), HURRY);
  expect(await rrdtool(root.path, 'lastupdate', 'web/ip-10-0-0-1.ec2/load_one.rrd')).toContain(`${T}: 0.5`);
  await store.put(batchOf([[{ ...record, metric: 'pkts in' }, [[T, 0.5]]]]), HURRY);
  const info = await rrdtool(root.path, 'info', 'web/ip-10-0-0-1.ec2/pkts in.rrd');
  expect(info).toContain('rra[2].rows = 52704\n'); // As gmetad makes them.
});

test.for([
  { name: 'a host in its own case', there: 'web/Web-1', host: 'Web-1', path: 'web/Web-1' },
  { name: 'a new host, in lower case', there: 'web', host: 'Web-1', path: 'web/web-1' },
  { name: 'a new cluster of a grid', there: '__SummaryInfo__', host: 'web-1', path: 'web/web-1' },
  {
    name: 'a host named as the sums are',
    there: 'web',
    host: '__SummaryInfo__',
    path: 'web/%5F_SummaryInfo__',
  },
  { name: 'a host named as another is encoded', there: 'web', host: 'a%2Fb', path: 'web/a%252Fb' },
  { name: 'a tree of collectd', there: 'x', host: 'Web-1', path: 'Web-1' },
])('where a file lies in an adopted tree: $name', async ({ there, host, path }) => {
  await using root = await temporaryDirectory();
  await mkdir(join(root.path, there), { recursive: true });
  expect(await adoptedPath(root.path, describe({ host }))).toBe(`${root.path}/${path}/load_one.rrd`);
});

test.for([
  {
    name: 'in its place in a tree of gmetad',
    there: 'web',
    at: 'adopted',
    path: 'web/__SummaryInfo__/load one',
  },
  {
    name: 'in the own root beside a tree of collectd',
    there: 'x',
    at: 'own',
    path: 'web/__SummaryInfo__/load%20one',
  },
])('sums of a cluster with an adopted tree lie $name', async ({ there, at, path }) => {
  await using root = await temporaryDirectory();
  await mkdir(join(root.path, 'adopted', there), { recursive: true });
  const roots = { dir: join(root.path, 'own'), rrdDirs: new Map([['web', join(root.path, 'adopted')]]) };
  const record = sumsRecord('web', 'load one', KIND.gauge);
  expect(await recordPath(record, roots)).toBe(`${join(root.path, at, path)}.rrd`);
});

test("gmetad's short heartbeat is tuned before a gap that the metric's tmax allows", async () => {
  await using root = await temporaryDirectory();
  await adoptable(root.path, 'web/web-1/mem_free.rrd', 'DS:sum:GAUGE:120:U:U');
  await using store = open(root.path, { rrdDirs: new Map([['web', root.path]]) });
  const record = describe({ metric: 'mem_free', tmaxS: 180, intervalS: 15 });
  const heartbeat = async () =>
    /minimal_heartbeat = (\d+)/.exec(await rrdtool(root.path, 'info', 'web/web-1/mem_free.rrd'))?.[1];
  await store.put(batchOf([[record, [[T, 5]]]]), HURRY);
  expect(await heartbeat()).toBe('120');
  await store.put(batchOf([[record, [[T + 180, 7]]]]), HURRY);
  expect(await heartbeat()).toBe('720');
  const [rows] = await store.query({ records: [record], fromS: T, toS: T + 180, points: 99 }, patient);
  expect(rows && [valueAt(rows, T + 10), valueAt(rows, T + 180)]).toEqual([7, 7]);
});

test('the default file of one source at 10 s has about 181 kB', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  await store.put(batchOf([[describe(), [[T, 1]]]]), HURRY);
  const { size } = await stat(join(dir.path, 'web/web-1/load_one.rrd'));
  expect(Math.round(size / 1000)).toBe(181);
});

test.for([
  { name: 'too few', sources: ['DS:rx:DERIVE:20:0:U'] },
  { name: 'other names', sources: ['DS:a:DERIVE:20:0:U', 'DS:b:DERIVE:20:0:U'] },
])('an adopted file with $name data sources is refused with a cure', async ({ sources }) => {
  await using root = await temporaryDirectory();
  await adoptable(root.path, 'My Host/interface-eth0/if_octets.rrd', ...sources);
  await using store = open(root.path, { rrdDirs: new Map([['web', root.path]]) });
  const [outcome] = await store.put(batchOf([[octets, [[T, [1, 2]]]]]), HURRY);
  expect(outcome).toMatchObject({ ok: false, retryable: false, reason: 'store_refused' });
  expect(outcome?.ok === false && outcome.detail).toContain('move the file aside');
});

test('the installed rrdtool is found', async () => {
  expect(await rrdtoolVersion()).toMatchObject({ ok: true, version: expect.stringMatching(/^1\.\d/) });
});

test('of two hosts that gmetad would give one file the second is refused, with a cure', async () => {
  await using root = await temporaryDirectory();
  await mkdir(join(root.path, 'web'));
  let nowMs = 0;
  await using store = open('/nowhere', {
    rrdDirs: new Map([['web', root.path]]),
    now: () => nowMs,
  });
  const put = (host: string, timeS: number, value: number) =>
    store.put(batchOf([[describe({ host }), [[timeS, value]]]]), HURRY);
  expect(await put('Web-1', T, 1)).toMatchObject([{ ok: true }]);
  expect(await put('web-1', T + 5, 2)).toEqual([
    {
      ok: false,
      retryable: false,
      reason: 'store_refused',
      detail: expect.stringMatching(/web-1\/load_one\.rrd is the file of host Web-1 in web: .*rename one/),
    },
  ]);
  expect(await put('Web-1', T + 15, 3)).toMatchObject([{ ok: true }]);
  nowMs += 3_600_000;
  // The first has left it: what the file has of its points is late for the second.
  expect(await put('web-1', T + 10, 4)).toEqual([{ ok: true, lateThroughS: T + 15 }]);
});
