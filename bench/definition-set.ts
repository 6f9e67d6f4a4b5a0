import { KIND } from '../src/model/kind.ts';
import { LiveWriter } from '../src/live/writer.ts';
import { Catalogue } from '../src/live/catalogue.ts';
import { SEGMENT_ROWS } from '../src/live/columns.ts';
import { START_MS } from '../test/judge/fleet.ts';
import type { Announcement } from '../src/live/announcement.ts';

/** A large set of service definitions as YAML, and the fleet it looks at: what bench/reload.ts loads. */

export const CLUSTERS = 10;
export const METRICS_PER_HOST = 100;

/** Ten kinds of metrics, ten of each: `df-3/percent_bytes-used`. */
function metricNames(): string[] {
  const kinds = [
    'load',
    'cpu',
    'df',
    'interface',
    'disk',
    'memory',
    'swap',
    'tcpconns',
    'processes',
    'queue',
  ];
  return kinds.flatMap((kind) =>
    Array.from({ length: METRICS_PER_HOST / kinds.length }, (_, i) => `${kind}-${i}/${kind}_value`),
  );
}

const FACTS = ['web', 'db', 'cache', 'queue'];

function factsOf(host: number): ReadonlyMap<string, string> {
  return new Map([
    ['role', FACTS[host % FACTS.length] ?? ''],
    ['cpu_num', String(2 ** (host % 6))],
    ['rack', `r${host % 40}`],
  ]);
}

/** Literal metrics, prefixes, real regular expressions, facts, exclusions, captures. */
export function definitionSet(count: number, variant = 0): string {
  const lines = [
    'templates:',
    '  - { name: slow, max_check_attempts: 4, retry_interval: 60s }',
    '  - { name: disk, use: slow, warning: "90", critical: "97", notes: Look what grew. }',
    'defaults:',
    '  - { cluster: "cluster-1", max_check_attempts: 2 }',
    '  - { cluster: "cluster-[2-4]", freshness_state: CRITICAL }',
    'services:',
  ];
  for (let i = 0; i < count; i += 1) lines.push(`  - ${oneOf(i, variant)}`);
  return `${lines.join('\n')}\n`;
}

function oneOf(i: number, variant: number): string {
  const n = i % 10;
  const cluster = `cluster: "cluster-${Math.floor(i / 20) % CLUSTERS}"`;
  const of = `name: "check ${i}", ${cluster}`;
  const host = `host-[0-9]*${n}`;
  switch (i % 20) {
    case 0:
      return `{ ${of}, use: slow, metric: "load-${n}/load_value", warning: "${10 + variant}", critical: "20" }`;
    case 1:
      return `{ ${of}, metric: "df-.*", use: disk }`;
    case 2:
      return `{ ${of}, host: "${host}", metric: "interface-[0-9]+/.*", critical: "1000" }`;
    case 3:
      return `{ ${of}, facts: { role: "web|db" }, metric: "cpu-.*", critical: "{{host.facts.cpu_num * 2}}" }`;
    case 4:
      return `{ name: "queue {{metric.queue}} ${i}", ${cluster}, metric: "queue-(?P<queue>[0-9]+)/.*", warning: "5" }`;
    case 5:
      return `{ ${of}, metric: "memory-.*", exclude: [{ host: "host-1.*" }, { metric: ".*-${n}/.*" }], warning: "5" }`;
    case 6:
      return `{ ${of}, facts: { rack: "r${i % 40}" }, metric: "disk-.*", warning: "5" }`;
    default:
      return `{ ${of}, host: "host-${i % 500}", metric: "swap-${n}/swap_value", critical: "9" }`;
  }
}

/** A fleet whose hosts have a sample of each metric, and facts. */
export function benchFleet(hosts: number): Catalogue {
  const catalogue = new Catalogue();
  const announce = (announcement: Announcement) =>
    catalogue.apply({ worker: 0, announcements: [announcement] });
  const writer = new LiveWriter(announce);
  const metrics = metricNames();
  for (let h = 0; h < hosts; h += 1) {
    const [cluster, name] = [`cluster-${h % CLUSTERS}`, `host-${h}`];
    const { row: hostRow, generation } = writer.openHost();
    announce({ kind: 'host', hostRow, generation, cluster, name, address: '192.0.2.1', agent: 'collectd' });
    writer.hostSegment(hostRow).lastSeenMs[hostRow % SEGMENT_ROWS] = START_MS;
    for (const [fact, value] of factsOf(h)) announce({ kind: 'fact', hostRow, name: fact, value });
    for (const metric of metrics) {
      const { row } = writer.openSeries(1);
      announce({
        kind: 'record',
        record: row,
        hostRow,
        row,
        generation: 1,
        description: described(cluster, name, metric),
      });
      writer.write(row, 0, 0, 1, START_MS, START_MS);
    }
  }
  return catalogue;
}

function described(cluster: string, host: string, metric: string) {
  return {
    cluster,
    host,
    metric,
    protocol: 'collectd' as const,
    sources: [{ name: 'value', kind: KIND.gauge, min: null, max: null }],
    intervalS: 10,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both' as const,
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  };
}
