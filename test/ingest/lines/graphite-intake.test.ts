import { describe, expect, test } from 'vitest';
import { harness, imbalance, RULES, START_MS } from '../harness.ts';
import type { GroupRules } from '../../../src/ingest/group.ts';

const NOW_S = START_MS / 1000;

function graphite(rules: Partial<GroupRules> = {}) {
  const stand = harness({ rules: { accept: ['graphite'], hostName: 'packet', ...rules } });
  const say = (text: string, address = '10.0.0.1') => stand.send(Buffer.from(text), address);
  /** Names waited for have come. */
  const settled = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    stand.absorb();
  };
  const metrics = (host: string) => [...(stand.catalogue.host('web', host)?.records.keys() ?? [])];
  return { ...stand, say, settled, metrics };
}

const TEMPLATE = { graphite: { listen: [], template: 'servers.{host}.{metric}' } };

describe('whose metric it is', () => {
  test('the path names the host', () => {
    const { say, live, metrics, catalogue } = graphite(TEMPLATE);
    say(`servers.web-1.cpu.idle 99.5 ${NOW_S}\nservers.web-1.load 0.25 ${NOW_S}\n`);
    expect(live('web', 'web-1', 'graphite/cpu.idle')).toMatchObject({ value: 99.5, sampleMs: START_MS });
    expect(metrics('web-1')).toEqual(['graphite/cpu.idle', 'graphite/load']);
    expect(catalogue.host('web', 'web-1')?.agent).toBe('graphite');
  });

  test('a path that does not fit is the sender’s', () => {
    const { say, live } = graphite(TEMPLATE);
    say(`stats.hits 3 ${NOW_S}\n`);
    expect(live('web', '10.0.0.1', 'graphite/stats.hits')?.value).toBe(3);
  });

  test('two senders of one path that does not fit are two hosts', () => {
    const { say, live } = graphite(TEMPLATE);
    for (const round of [1, 2]) {
      say(`hits ${round} ${NOW_S + round}\n`, '10.0.0.1');
      say(`hits ${round + 10} ${NOW_S + round}\n`, '10.0.0.2');
    }
    expect(live('web', '10.0.0.1', 'graphite/hits')?.value).toBe(2);
    expect(live('web', '10.0.0.2', 'graphite/hits')?.value).toBe(12);
  });

  test('two senders of one host write one record', () => {
    const { say, live, engine } = graphite(TEMPLATE);
    say(`servers.a.hits 1 ${NOW_S}\n`, '10.0.0.1');
    say(`servers.a.hits 2 ${NOW_S + 1}\n`, '10.0.0.2');
    expect(live('web', 'a', 'graphite/hits')?.value).toBe(2);
    expect(engine.stats().records).toBe(1);
  });

  test('without a template, the name of the sender', async () => {
    const { say, settled, names, live } = graphite();
    names.set('10.0.0.7', 'db-7');
    say(`hits 3 ${NOW_S}\n`, '10.0.0.7');
    await settled();
    expect(live('web', 'db-7', 'graphite/hits')?.value).toBe(3);
  });

  test('the tag host goes before everything; the other tags stay, sorted', async () => {
    const { say, live, settled } = graphite(TEMPLATE);
    say(`servers.x.disk;mount=/;host=a.example.net;dc=b 1 ${NOW_S}\n`);
    await settled();
    expect(live('web', 'a.example.net', 'graphite/servers.x.disk;dc=b;mount=/')?.value).toBe(1);
  });

  test('a group that names hosts by address believes neither path nor tag', () => {
    const { say, live } = graphite({ ...TEMPLATE, hostName: 'address' });
    say(`servers.a.hits 1 ${NOW_S}\nhits;host=b 2 ${NOW_S}\n`);
    expect(live('web', '10.0.0.1', 'graphite/hits')?.value).toBe(2);
  });

  test('another template takes effect for names that are known', () => {
    const { say, live, engine } = graphite(TEMPLATE);
    say(`servers.a.hits 1 ${NOW_S}\n`);
    const rules = { ...rulesOfHarness(TEMPLATE), graphite: { listen: [], template: '*.{host}.{metric}' } };
    engine.setGroup(rules);
    say(`servers.a.hits 2 ${NOW_S + 1}\nother.a.hits 3 ${NOW_S + 2}\n`);
    expect(live('web', 'a', 'graphite/hits')?.value).toBe(3);
  });

  test.for(['hits;dc= 1', 'hits;dc 1', 'hits;=x 1'])('a tag without name or value: %s', (line) => {
    const { say, engine, settled } = graphite(TEMPLATE);
    say(`${line} ${NOW_S}\n`);
    return settled().then(() => {
      expect(engine.books.valuesRejected.get('web', 'bad_tags')).toBe(1);
      expect(imbalance(engine)).toBe(0);
    });
  });
});

describe('values and times', () => {
  test.for([
    { name: 'no time', line: 'servers.a.m 1', sampleMs: START_MS },
    { name: '-1', line: 'servers.a.m 1 -1', sampleMs: START_MS },
    { name: 'a fraction', line: `servers.a.m 1 ${NOW_S - 5}.25`, sampleMs: START_MS - 4750 },
  ])('$name', ({ line, sampleMs }) => {
    const { say, live } = graphite(TEMPLATE);
    say(line);
    expect(live('web', 'a', 'graphite/m')?.sampleMs).toBe(sampleMs);
  });

  test.for([
    { name: 'too old', line: `servers.a.m 1 ${NOW_S - 601}`, reason: 'time_past' },
    { name: 'not yet', line: `servers.a.m 1 ${NOW_S + 61}`, reason: 'time_future' },
    { name: 'no value', line: `servers.a.m nan ${NOW_S}`, reason: 'not_a_number' },
  ])('refused: $name', ({ line, reason }) => {
    const { say, engine } = graphite(TEMPLATE);
    say(line);
    expect(engine.books.valuesRejected.get('web', reason)).toBe(1);
    expect(imbalance(engine)).toBe(0);
    expect(engine.stats().records).toBe(0);
  });

  test('a bad line costs only itself, and is counted', () => {
    const { say, engine, metrics } = graphite(TEMPLATE);
    say(`servers.a.m 1 ${NOW_S}\nrubbish\nservers.a.n x ${NOW_S}\nservers.a.o 1 ${NOW_S}\n`);
    expect(metrics('a')).toEqual(['graphite/m', 'graphite/o']);
    expect(engine.books.packetsRejected.get('web', 'graphite', 'bad-line')).toBe(1);
    expect(engine.books.packetsRejected.get('web', 'graphite', 'bad-number')).toBe(1);
    expect(imbalance(engine)).toBe(0);
  });

  test('a group that does not accept it', () => {
    const { say, engine } = graphite({ ...TEMPLATE, accept: ['collectd', 'statsd'] });
    say(`a 1 ${NOW_S}\n`);
    expect(engine.books.packetsRejected.get('web', 'graphite', 'not-accepted')).toBe(1);
  });

  test('more names than a host may have', () => {
    const { say, engine } = graphite({ ...TEMPLATE, maxSeriesPerHost: 2 });
    say(['a', 'b', 'c'].map((name) => `servers.a.${name} 1 ${NOW_S}`).join('\n'));
    expect(engine.books.valuesRejected.get('web', 'limit_series_per_host')).toBe(1);
    expect(imbalance(engine)).toBe(0);
  });
});

test('lines of a connection: faults in a row are told', () => {
  const { engine, index } = graphite(TEMPLATE);
  const take = (text: string, before: number) => {
    const bytes = Buffer.from(text);
    const entry = { start: 0, end: bytes.length, listener: index, address: '10.0.0.1', arrivalMs: START_MS };
    return engine.acceptLines(bytes, { ...entry, protocol: 'graphite' as const }, before);
  };
  expect(take('x\ny\n', 3)).toBe(5);
  expect(take(`servers.a.m 1 ${NOW_S}\nx\n`, 5)).toBe(1);
  expect(take(`servers.a.m nan ${NOW_S}\n`, 1)).toBe(0);
});

function rulesOfHarness(rules: Partial<GroupRules>): GroupRules {
  return { ...RULES, accept: ['graphite'], hostName: 'packet', ...rules };
}
