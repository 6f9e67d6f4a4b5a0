import { GROUP_DEFAULTS } from '../../../src/contract/config.ts';
import { describe, expect, test } from 'vitest';
import { WRITE_FAULTS_TOLD_MAX, WRITE_LINES_AT_ONCE } from '../../../src/limits.ts';
import { TIME_UNITS } from '../../../src/model/write.ts';
import { harness, imbalance, START_MS } from '../harness.ts';
import type { GroupRules } from '../../../src/ingest/group.ts';

const NOW_NS = `${START_MS}000000`;
const NOTHING: { turns: number } = { turns: 0 };

function influx(rules: Partial<GroupRules> = {}) {
  const stand = harness({ rules });
  const write = async (
    text: string,
    { address = '10.0.0.1', precision = 'ns', group = 'web', counted = NOTHING, hasToken = false } = {},
  ) => {
    const bytes = Uint8Array.from(Buffer.from(text));
    const msPerUnit = TIME_UNITS.get(precision) ?? NaN;
    const request = { group, bytes, hasToken, address, arrivalMs: stand.clock.nowMs, msPerUnit };
    const outcome = await stand.engine.desk.write(request, () => {
      counted.turns += 1;
      return Promise.resolve();
    });
    stand.absorb();
    return outcome;
  };
  const host = (name: string) => stand.catalogue.host('web', name);
  const metrics = (name: string) => [...(host(name)?.records.keys() ?? [])];
  return { ...stand, write, host, metrics };
}

const TAKEN = { kind: 'read', lines: 1, refused: 0, faults: [] };

test('where collectd must sign, line protocol brings a token', async () => {
  const { write, engine } = influx({ collectd: { ...GROUP_DEFAULTS.collectd, securityLevel: 'Sign' } });
  expect(await write(`m,host=h v=1 ${NOW_NS}`)).toEqual({ kind: 'token-needed' });
  expect(engine.books.packetsRejected.get('web', 'influx', 'token-needed')).toBe(1);
  expect(await write(`m,host=h v=1 ${NOW_NS}`, { hasToken: true })).toEqual(TAKEN);
});

describe('names', () => {
  test('a field each, with the tags but for the host', async () => {
    const { write, live, metrics } = influx();
    const outcome = await write(`cpu,host=web-1,cpu=cpu0 usage_idle=99.5,usage_user=0.5 ${NOW_NS}\n`);
    expect(outcome).toEqual(TAKEN);
    expect(metrics('web-1')).toEqual(['influx/cpu,cpu=cpu0:usage_idle', 'influx/cpu,cpu=cpu0:usage_user']);
    expect(live('web', 'web-1', 'influx/cpu,cpu=cpu0:usage_idle')).toMatchObject({
      value: 99.5,
      sampleMs: START_MS,
    });
  });

  test('the order of tags does not matter', async () => {
    const { write, metrics } = influx();
    await write(`m,b=2,host=h,a=1 v=1 ${NOW_NS}\nm,host=h,a=1,b=2 v=2 ${NOW_NS}\n`);
    expect(metrics('h')).toEqual(['influx/m,a=1,b=2:v']);
  });

  test('escapes are written where the name needs them', async () => {
    const { write, metrics } = influx();
    await write(String.raw`my\ m,host=my\ host,k=a\,b\=c v\ w=1`);
    expect(metrics('my host')).toEqual([String.raw`influx/my\ m,k=a\,b\=c:v w`]);
  });

  test('without a host it is the sender, by its name', async () => {
    const { write, names, live } = influx();
    names.set('10.0.0.7', 'db-7');
    await write('m v=1', { address: '10.0.0.7' });
    await write('m v=2', { address: '10.0.0.8' });
    expect(live('web', 'db-7', 'influx/m:v')?.value).toBe(1);
    expect(live('web', '10.0.0.8', 'influx/m:v')?.value).toBe(2);
  });

  test('a group that names hosts by address does not believe the tag', async () => {
    const { write, metrics } = influx({ hostName: 'address' });
    await write('m,host=a v=1');
    expect(metrics('10.0.0.1')).toEqual(['influx/m:v']);
  });
});

describe('kinds', () => {
  test('numbers and booleans are series', async () => {
    const { write, live } = influx();
    await write('m,host=h f=1.5,i=-7i,u=8u,t=t,f2=false');
    const values = ['f', 'i', 'u', 't', 'f2'].map((name) => live('web', 'h', `influx/m:${name}`)?.value);
    expect(values).toEqual([1.5, -7, 8, 1, 0]);
  });

  test('strings are facts', async () => {
    const { write, host, engine } = influx();
    expect(await write(String.raw`m,host=h s="say \"hi\" \\",v=1`)).toEqual(TAKEN);
    expect(host('h')?.facts.get('influx/m:s')).toBe(String.raw`say "hi" \ `.trim());
    expect(engine.books.received).toBe(1);
  });

  test('a name that was another protocol’s stays it', async () => {
    const { write, send, engine } = influx({ accept: ['graphite'], hostName: 'address' });
    send(Buffer.from('x 1'));
    expect(await write('m v=1')).toEqual(TAKEN);
    expect(imbalance(engine)).toBe(0);
  });
});

describe('times', () => {
  test.for([
    { precision: 'ns', time: `${START_MS}000000` },
    { precision: 'us', time: `${START_MS}000` },
    { precision: 'ms', time: String(START_MS) },
    { precision: 's', time: String(START_MS / 1000) },
    { precision: 'm', time: String(START_MS / 60_000) },
    { precision: 'h', time: String(START_MS / 3_600_000) },
  ])('in $precision', async ({ precision, time }) => {
    const { write, live } = influx();
    await write(`m,host=h v=1 ${time}`, { precision });
    expect(live('web', 'h', 'influx/m:v')?.sampleMs).toBe(START_MS);
  });

  test('outside the window the whole line is refused, and told', async () => {
    const { write, engine } = influx();
    const outcome = await write('m,host=h v=1,w=2 1\n');
    const quoted = 'm,host=h v=1,w=2 1';
    expect(outcome).toEqual({
      kind: 'read',
      lines: 1,
      refused: 1,
      faults: [{ line: 1, column: 1, reason: 'time_past', quoted }],
    });
    expect(engine.books.valuesRejected.get('web', 'time_past')).toBe(2);
    expect(imbalance(engine)).toBe(0);
  });
});

describe('what is refused', () => {
  test('the good lines of a body are kept, the first bad ones quoted', async () => {
    const { write, live, engine } = influx();
    const bad = Array.from({ length: 10 }, (_, i) => `m,host=h v=x${i}`);
    const outcome = await write(['m,host=h a=1', ...bad, 'm,host=h b=2', ''].join('\n'));
    expect(outcome).toMatchObject({ kind: 'read', lines: 12, refused: 10 });
    const faults = outcome.kind === 'read' ? outcome.faults : [];
    expect(faults).toHaveLength(WRITE_FAULTS_TOLD_MAX);
    expect(faults[0]).toEqual({ line: 2, column: 12, reason: 'bad-number', quoted: 'm,host=h v=x0' });
    expect(engine.books.packetsRejected.get('web', 'influx', 'bad-number')).toBe(10);
    expect([live('web', 'h', 'influx/m:a')?.value, live('web', 'h', 'influx/m:b')?.value]).toEqual([1, 2]);
  });

  test('a tag that stands there twice', async () => {
    const { write, engine } = influx();
    expect(await write('m,host=h,a=1,a=2 v=1')).toMatchObject({ refused: 1 });
    expect(engine.books.valuesRejected.get('web', 'bad_tags')).toBe(1);
    expect(imbalance(engine)).toBe(0);
  });

  test('a long line is quoted around its fault, without control characters', async () => {
    const { write } = influx();
    const outcome = await write(`m,host=h ${'a=1,'.repeat(100)}b=\u0007 5`);
    const [fault] = outcome.kind === 'read' ? outcome.faults : [];
    expect(fault?.quoted).toMatch(/^[a=1,]{28}b=_ 5$/);
  });

  test('more series than a host may have', async () => {
    const { write, engine } = influx({ maxSeriesPerHost: 2 });
    expect(await write('m,host=h a=1,b=2,c=3')).toMatchObject({ lines: 1, refused: 1 });
    expect(engine.books.valuesRejected.get('web', 'limit_series_per_host')).toBe(1);
    expect(imbalance(engine)).toBe(0);
  });

  test('a group that is not there, and one that leaves', async () => {
    const { write, engine } = influx();
    expect(await write('m v=1', { group: 'nobody' })).toEqual({ kind: 'no-group' });
    await engine.removeGroup('web', 100);
    expect(await write('m v=1')).toEqual({ kind: 'no-group' });
  });

  test('an address that may not send', async () => {
    const trust = {
      allow: ['10.1.0.0/16'],
      packetsPerSecondPerSource: null,
      maxSeriesPerSource: 100,
      spoof: 'allow' as const,
    };
    const { write, engine } = influx({ trust });
    expect(await write('m v=1')).toEqual({ kind: 'not-allowed' });
    expect(engine.books.packetsRejected.get('web', 'influx', 'not-allowed')).toBe(1);
    expect(await write('m v=1', { address: '10.1.2.3' })).toEqual(TAKEN);
  });
});

test('a long body lets others have their turn', async () => {
  const { write } = influx();
  const counted = { turns: 0 };
  const lines = Array.from(
    { length: 2 * WRITE_LINES_AT_ONCE + 1 },
    (_, i) => `m,host=h v=${i} ${START_MS + i}`,
  );
  const outcome = await write(lines.join('\n'), { precision: 'ms', counted });
  expect(outcome).toMatchObject({ lines: lines.length, refused: 0 });
  expect(counted.turns).toBe(3);
});
