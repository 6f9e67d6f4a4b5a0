import { writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LINE_CONNECTIONS_PER_ADDRESS_MAX } from '../../src/limits.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, Program, scratch, Server, until } from './server.ts';
import type { HostView, MetricView } from '../../src/contract/api.ts';
import type { Socket } from 'node:net';

/** A collectd whose write_graphite sends to one group by UDP, to another by TCP, and there with tags as well. */
function collectdConf(dir: string, ports: { readonly udp: number; readonly tcp: number }): string {
  const file = join(dir, 'collectd.conf');
  const node = (name: string, port: number, lines: string) =>
    `  <Node "${name}">\n    Host "127.0.0.1"\n    Port "${port}"\n    ${lines}\n  </Node>\n`;
  writeFileSync(
    file,
    `Hostname "${HOST}"
FQDNLookup false
BaseDir "${dir}"
PIDFile "${dir}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
LoadPlugin load
LoadPlugin cpu
LoadPlugin df
LoadPlugin write_graphite
<Plugin write_graphite>
${node('udp', ports.udp, 'Protocol "udp"\n    Prefix "collectd."')}
${node('tcp', ports.tcp, 'Prefix "collectd."')}
${node('tags', ports.tcp, 'UseTags true')}
</Plugin>
`,
  );
  return file;
}

const HOST = 'agent.example.net';

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

describe('Graphite’s lines', () => {
  const place = scratch();
  let server: Server;
  let ports: { http: number; udp: number; tcp: number };

  const yaml = (tcp: number) => `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups:
  - name: web
    listen: 127.0.0.1:${ports.udp}
    graphite_template: "collectd.{host}.{metric}"
  - name: lines
    listen: 127.0.0.1:0
    graphite_listen: 127.0.0.1:${tcp}
    graphite_template: "*.{host}.{metric}"
cache: { max_age: 4s, jitter: 2s }
checks: []
`;

  beforeAll(async () => {
    ports = { http: await freeTcpPort(), udp: await freeUdpPort(), tcp: await freeTcpPort() };
    server = await Server.start(configure(place.dir, yaml(ports.tcp)), ports.http);
  });

  afterAll(async () => {
    const { code, books } = await server.stop();
    await server[Symbol.asyncDispose]();
    place[Symbol.dispose]();
    expect(code).toBe(0);
    expect(imbalance(books)).toBe(0);
  });

  const metrics = async (host: string, group = 'lines') => {
    const views = await server.get<MetricView[]>(`/api/v1/hosts/${group}/${host}/metrics`);
    return views.map(({ metric }) => metric);
  };
  /** All of these, once they are there. */
  const arrived = (names: readonly string[], host: string, group?: string) =>
    until(`${names.join(', ')} of ${host}`, async () => {
      const found = new Set(await metrics(host, group));
      return names.every((name) => found.has(name)) ? true : undefined;
    });
  const rejected = (reason: string) =>
    server.metric(`muster_packets_rejected_total{group="lines",protocol="graphite",reason="${reason}"}`);

  test('of a real collectd arrive by UDP, by TCP and with tags', async () => {
    await using agent = new Program('/usr/sbin/collectd', ['-f', '-C', collectdConf(place.dir, ports)]);
    // write_graphite writes the dots of the host's name as underscores, but not in a tag.
    const names = [
      'graphite/load.load.shortterm',
      'graphite/cpu-0.cpu-idle',
      'graphite/df-root.df_complex-used',
    ];
    await arrived(names, 'agent_example_net', 'web');
    await arrived(names, 'agent_example_net', 'lines');
    await arrived(['graphite/cpu.cpu;plugin=cpu;plugin_instance=0;type=cpu;type_instance=idle'], HOST);
    const view = await server.get<HostView>(`/api/v1/hosts/lines/${HOST}`);
    expect(view.agent).toBe('graphite');
    expect((await agent.end()).code).toBe(0);
    expect(await server.metric('muster_packets_rejected_total')).toBe(0);
  });

  test('one line of shell', async () => {
    const shell = `echo "one.shell.hits 7 -1" > /dev/tcp/127.0.0.1/${ports.tcp}`;
    await using program = new Program('/bin/bash', ['-c', shell]);
    expect((await program.ended).code).toBe(0);
    await arrived(['graphite/hits'], 'shell');
  });

  test('a reload moves the listener, and one to a port that is taken changes nothing', async () => {
    const before = await dial(ports.tcp);
    const taken = await dial(ports.http);
    configure(place.dir, yaml(ports.http));
    const reload = () =>
      fetch(`${server.url}/api/v1/reload`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    expect((await reload()).status).toBe(422);
    before.write('x.reload.before 1 -1\n');
    await arrived(['graphite/before'], 'reload');
    const next = await freeTcpPort();
    configure(place.dir, yaml(next));
    const closed = once(before.resume(), 'close');
    expect((await reload()).status).toBe(200);
    await closed;
    const after = await dial(next);
    after.write('x.reload.after 1 -1\n');
    await arrived(['graphite/before', 'graphite/after'], 'reload');
    for (const socket of [after, taken]) socket.destroy();
    ports.tcp = next;
  });

  test('hostile connections end, and honest ones do not notice', async () => {
    const honest = await dial(ports.tcp);
    honest.write(`x.honest.a 1 -1\nx.honest.b`);
    const rubbish = await dial(ports.tcp);
    const closed = once(rubbish.resume(), 'close');
    rubbish.write(Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 131) % 256)));
    await closed;
    const endless = await dial(ports.tcp);
    for (let i = 0; i < 100; i += 1) endless.write('n'.repeat(10_000));
    await until('the endless line', async () => ((await rejected('line-too-long')) > 0 ? true : undefined));
    endless.destroy();
    honest.write(' 2 -1\n');
    await arrived(['graphite/a', 'graphite/b'], 'honest');
    const many = await Promise.all(
      Array.from({ length: LINE_CONNECTIONS_PER_ADDRESS_MAX + 5 }, () => dial(ports.tcp)),
    );
    await until('too many', async () => ((await rejected('connections')) > 0 ? true : undefined));
    for (const socket of [honest, ...many]) socket.destroy();
  });
});
