import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { datagramsOf, Senders } from '../../src/demo/senders.ts';
import { statsdTurn } from '../../src/demo/statsd-fleet.ts';
import { vitalsOf } from '../../src/demo/vitals.ts';
import { PACKET_BYTES } from '../../src/wire/collectd/encode.ts';
import { loadTypes } from '../../src/threads/types-files.ts';
import { harness, imbalance } from '../ingest/harness.ts';
import { FLEET, named, START_S } from './fleet.ts';

/** Ten minutes of one instance's turns, as a server takes them. */
function heard(name: string, everyS: number) {
  const h = harness({ types: loadTypes([], () => {}), maxPoints: 100_000 });
  for (let turn = 0; turn * everyS < 600; turn += 1) {
    h.clock.nowMs = (START_S + turn * everyS) * 1000;
    for (const datagram of datagramsOf(named(name), START_S + turn * everyS, turn)) h.send(datagram);
  }
  return h;
}

test.for([
  { name: 'web-01', everyS: 15, agent: 'gmond', metric: 'nginx_requests', units: 'requests/sec' },
  { name: 'batch-02', everyS: 15, agent: 'gmond', metric: 'jobs_running', units: 'jobs' },
  {
    name: 'mysql-01',
    everyS: 10,
    agent: 'collectd',
    metric: 'interface-eth0/if_octets:rx',
    units: 'bytes/s',
  },
  { name: 'batch-01', everyS: 10, agent: 'collectd', metric: 'load/load:shortterm', units: '' },
])('a server understands all that $name sends', ({ name, everyS, agent, metric, units }) => {
  const { engine, catalogue, live } = heard(name, everyS);
  const stats = engine.stats();
  expect(stats.rejected + stats.coalesced + stats.lost).toBe(0);
  expect(stats.received).toBeGreaterThan(500);
  expect(imbalance(engine)).toBe(0);
  const host = catalogue.host('web', name);
  expect(host?.agent).toContain(agent);
  expect(live('web', name, metric)?.value).toBeGreaterThan(0);
  const record = [...(host?.records.values() ?? [])].find((r) => r.series.some((s) => s.metric === metric));
  expect(record?.description.units).toBe(units);
});

test('a gmond tells facts of its machine', () => {
  const facts = heard('web-01', 15).catalogue.host('web', 'web-01')?.facts;
  expect(facts?.get('os_name')).toBe('Linux');
  expect(facts?.get('machine_type')).toBe('x86_64');
  expect(facts?.get('instance_type')).toMatch(/^c7i\.[24]xlarge$/);
});

test('no datagram is larger than a frame', () => {
  const sizes = FLEET.flatMap((b) =>
    [...datagramsOf(b, START_S, 0), statsdTurn(b, vitalsOf(b, START_S))].map(({ length }) => length),
  );
  expect(Math.max(...sizes)).toBeLessThanOrEqual(PACKET_BYTES);
});

test('each agent sends at its turns and not between, nothing while it is silent, and nothing at the end', async () => {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  let datagrams = 0;
  server.on('message', () => (datagrams += 1));
  let nowS = START_S + 2;
  const looks: (() => void)[] = [];
  const faults: Error[] = [];
  const senders = new Senders({
    nowMs: () => nowS * 1000,
    onFault: (fault) => faults.push(fault),
    every: (look) => {
      looks.push(look);
      return { [Symbol.dispose]: () => void (looks.length = 0) };
    },
  });
  const to = { address: '127.0.0.1', port: server.address().port };
  await senders.add(named('mysql-11'), to, START_S);
  const look = async () => {
    looks[0]?.();
    const before = datagrams;
    // What was sent on the loopback is there when an own datagram that followed it is.
    const own = createSocket('udp4');
    const arrived = once(server, 'message', { signal: AbortSignal.timeout(5000) });
    own.send('x', to.port, to.address);
    await arrived;
    await new Promise((resolve) => setImmediate(resolve));
    own.close();
    return datagrams - before;
  };
  expect(await look()).toBe(1);
  nowS = START_S + 10.1;
  expect(await look()).toBeGreaterThan(1);
  nowS = START_S + 19.9;
  expect(await look()).toBe(1);
  // Its outage: the fourth of their list.
  nowS = START_S + 30 + 3 * 600 + 100;
  expect(await look()).toBe(1);
  nowS += 240;
  expect(await look()).toBeGreaterThan(1);
  senders[Symbol.dispose]();
  expect(looks).toEqual([]);
  expect(faults).toEqual([]);
  server.close();
});
