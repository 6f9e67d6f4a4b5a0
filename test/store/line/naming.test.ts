import { expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { pointsOf } from '../../../src/store/line/naming.ts';
import { linesOf, seriesOf } from '../../../src/store/line/lines.ts';
import { loadTypes } from '../../../src/threads/types-files.ts';
import { harness } from '../../ingest/harness.ts';
import { vector, vectorNames, vectorText } from '../../wire/vector-files.ts';
import { batchOf, describe, source } from '../batch.ts';
import type { RecordDescription } from '../../../src/model/record.ts';

const SPLIT = { multivalue: 'split', integers: 'float' } as const;
const JOIN = { multivalue: 'join', integers: 'float' } as const;

const octets = [source('rx', KIND.derive), source('tx', KIND.derive)];
const collectd = (metric: string, group: string, sources = [source('value', KIND.gauge)]) =>
  describe({ protocol: 'collectd', metric, group, sources });

/** `measurement,tag=value field,field`, unescaped; the tags cluster and host left out. */
function shown(record: RecordDescription, naming: typeof SPLIT | typeof JOIN): string[] {
  return pointsOf(record, naming).map(({ measurement, tags, fields }) => {
    const own = tags.filter(([key]) => key !== 'cluster' && key !== 'host');
    return `${[measurement, ...own.map((tag) => tag.join('='))].join(',')} ${fields.map((f) => f.name).join(',')}`;
  });
}

test.for([
  {
    name: 'one source',
    record: collectd('cpu-0/cpu-idle', 'cpu'),
    split: ['cpu_value,instance=0,type=cpu,type_instance=idle value'],
    join: ['cpu,instance=0,type=cpu,type_instance=idle value'],
  },
  {
    name: 'several sources',
    record: collectd('interface-eth0/if_octets', 'interface', octets),
    split: [
      'interface_rx,instance=eth0,type=if_octets value',
      'interface_tx,instance=eth0,type=if_octets value',
    ],
    join: ['interface,instance=eth0,type=if_octets rx,tx'],
  },
  {
    name: 'no instances',
    record: collectd('uptime/uptime', 'uptime'),
    split: ['uptime_value,type=uptime value'],
    join: ['uptime,type=uptime value'],
  },
  {
    name: 'instances with dashes',
    record: collectd('plug-inst-with-dashes/if_octets-a-b-c', 'plug', octets),
    split: [
      'plug_rx,instance=inst-with-dashes,type=if_octets,type_instance=a-b-c value',
      'plug_tx,instance=inst-with-dashes,type=if_octets,type_instance=a-b-c value',
    ],
    join: ['plug,instance=inst-with-dashes,type=if_octets,type_instance=a-b-c rx,tx'],
  },
  {
    name: 'a plugin with a dash, as its packet said it',
    record: collectd('docker-stats-web/gauge', 'docker-stats'),
    split: ['docker-stats_value,instance=web,type=gauge value'],
    join: ['docker-stats,instance=web,type=gauge value'],
  },
  {
    name: 'a plugin with a dash and no instance',
    record: collectd('docker-stats/gauge', 'docker-stats'),
    split: ['docker-stats_value,type=gauge value'],
    join: ['docker-stats,type=gauge value'],
  },
  {
    name: 'a plugin that is not known: split at the first dash',
    record: collectd('docker-stats-web/gauge', ''),
    split: ['docker_value,instance=stats-web,type=gauge value'],
    join: ['docker,instance=stats-web,type=gauge value'],
  },
  {
    name: "a gmond metric's name is the measurement",
    record: describe({ metric: 'load_one', group: 'load' }),
    split: ['load_one value'],
    join: ['load_one value'],
  },
  {
    name: 'dashes and slashes of a gmond metric stay',
    record: describe({ metric: 'disk-free/var', group: 'disk' }),
    split: ['disk-free/var value'],
    join: ['disk-free/var value'],
  },
  {
    name: 'another protocol with several sources',
    record: describe({
      protocol: 'statsd',
      metric: 'latency',
      sources: [source('p95', 1), source('mean', 1)],
    }),
    split: ['latency_p95 value', 'latency_mean value'],
    join: ['latency p95,mean'],
  },
  {
    name: 'a name that would be a comment',
    record: describe({ metric: '#1' }),
    split: ['%231 value'],
    join: ['%231 value'],
  },
  {
    name: 'a source that InfluxDB would forget',
    record: collectd('ntp/offset', 'ntp', [source('time', KIND.gauge), source('x', KIND.gauge)]),
    split: ['ntp_time,type=offset value', 'ntp_x,type=offset value'],
    join: ['ntp,type=offset time_,x'],
  },
  { name: 'no name', record: describe({ metric: '' }), split: ['_ value'], join: ['_ value'] },
  {
    name: 'what the protocol cannot carry',
    record: collectd('a\nb\\/c\\', 'a\nb\\', [source('x\\', KIND.gauge), source('', KIND.gauge)]),
    split: ['a%0Ab%5C_x%5C,type=c%5C value', 'a%0Ab%5C_,type=c%5C value'],
    join: ['a%0Ab%5C,type=c%5C x%5C,_'],
  },
])('$name', ({ record, split, join }) => {
  expect(shown(record, SPLIT)).toEqual(split);
  expect(shown(record, JOIN)).toEqual(join);
});

test('tags are sorted, and empty ones left out', () => {
  const [point] = pointsOf(collectd('a-b/c-d', 'a'), SPLIT);
  expect(point?.tags.map(([key]) => key)).toEqual(['cluster', 'host', 'instance', 'type', 'type_instance']);
  expect(pointsOf(describe({ cluster: '', host: '' }), SPLIT)[0]?.tags).toEqual([]);
});

interface Expected {
  readonly kind: string;
  readonly host: string;
  readonly plugin: string;
  readonly plugin_instance: string;
  readonly type: string;
  readonly type_instance: string;
}

/** What an engine makes of the captured datagrams, without the records of names that are cleaned. */
function captured() {
  const types = loadTypes([], () => {});
  const rules = { outside: 'accept', maxSeriesPerHost: 10_000 } as const;
  const { send, catalogue } = harness({ types, rules, maxPoints: 1_000_000 });
  for (const file of vectorNames('collectd', /^plain-\d+\.bin$/)) send(vector(`collectd/${file}`));
  const lists = vectorText('collectd/plain.expected.jsonl').trim().split('\n');
  const expected = lists.map((line) => JSON.parse(line) as Expected).filter(({ kind }) => kind === 'values');
  return { types, catalogue, expected };
}

test("captured value lists are named as Telegraf's collectd parser names them", () => {
  const { types, catalogue, expected } = captured();
  let compared = 0;
  for (const list of expected) {
    const metric = [
      [list.plugin, list.plugin_instance],
      [list.type, list.type_instance],
    ].map((pair) => pair.filter((part) => part !== '').join('-'));
    const record = catalogue.host('web', list.host)?.records.get(metric.join('/'))?.description;
    if (!record) continue;
    const tags = Object.entries({
      host: list.host,
      instance: list.plugin_instance,
      type: list.type,
      type_instance: list.type_instance,
    }).filter(([, value]) => value !== '');
    const names = types.get(list.type)?.map((s) => s.name) ?? record.sources.map((s) => s.name);
    expect(pointsOf(record, SPLIT)).toEqual(
      names.map((name, at) => ({
        measurement: `${list.plugin}_${name}`,
        tags: [['cluster', 'web'], ...tags],
        fields: [{ name: 'value', source: at }],
      })),
    );
    compared += 1;
  }
  expect(compared).toBeGreaterThan(100);
});

test("joined, captured value lists are the lines of collectd's own InfluxDB writer", () => {
  const { catalogue, expected } = captured();
  const ours = new Map<string, readonly string[]>();
  for (const name of new Set(expected.map(({ host }) => host))) {
    for (const { description } of catalogue.host('web', name)?.records.values() ?? []) {
      for (const { head, fields } of seriesOf(description, JOIN)) {
        ours.set(
          head.replace(',cluster=web', ''),
          fields.map(({ key }) => key),
        );
      }
    }
  }
  const lines = vectorText('collectd/write_influxdb_udp.txt').split('\n');
  for (const line of lines.filter((line) => line !== '' && !line.startsWith('#'))) {
    const [head = '', values = ''] = line.split(/(?<!\\) /);
    // It leaves out what is not a number, too.
    const keys = values.split(',').map((value) => value.replace(/[^=]*$/, ''));
    expect(ours.get(head)).toEqual(expect.arrayContaining(keys));
  }
});

test('a batch as lines, the sources of a record one after the other', () => {
  const record = collectd('interface-eth0/if_octets', 'interface', octets);
  const batch = batchOf([
    [
      record,
      [
        [10, [1n, 2n]],
        [20, [3n, 4n]],
      ],
    ],
  ]);
  const lines = seriesOf(record, SPLIT).map((series) =>
    linesOf(batch, { record: 0, series, from: 0, to: 2 }),
  );
  const tags = 'cluster=web,host=web-1,instance=eth0,type=if_octets';
  expect(lines).toEqual([
    `interface_rx,${tags} value=1 10\ninterface_rx,${tags} value=3 20\n`,
    `interface_tx,${tags} value=2 10\ninterface_tx,${tags} value=4 20\n`,
  ]);
});
