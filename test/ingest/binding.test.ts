import { describe, expect, test } from 'vitest';
import { encodeNotification } from '../../src/wire/collectd/encode.ts';
import { harness, imbalance, RULES, START_MS } from './harness.ts';
import { forgotten, LEFT, registered } from './instances.ts';
import { collectd, gmetric, metadata, START_S } from './messages.ts';
import type { GroupRules } from '../../src/ingest/group.ts';
import type { Membership } from '../../src/model/instance.ts';

const A = { host: 'a', instanceId: 'i-a', addresses: ['10.0.0.1'] };
const B = { host: 'b', instanceId: 'i-b', addresses: ['10.0.0.2', '2001:DB8::2'] };
/** It registered, and nobody knows from where it sends. */
const ROAMING = { host: 'c', instanceId: 'i-c' };

function scene(rules: Partial<GroupRules> = {}, members: readonly Partial<Membership>[] = [A, B, ROAMING]) {
  const h = harness({ rules: { binding: true, ...rules }, ownHost: 'server' });
  h.engine.members.take(members.map(registered));
  const refused = () => [
    ...h.engine.books.packetsRejected.entries().map(([labels, n]) => `${labels[1]} ${labels[2]} ${n}`),
    ...h.engine.books.valuesRejected.entries().map(([labels, n]) => `${labels[1]} ${n}`),
  ];
  const hosts = () => [...(h.catalogue.clusters.get('web')?.keys() ?? [])];
  return { ...h, refused, hosts };
}

describe('who may write which host', () => {
  test.for([
    { name: 'an instance, itself', from: '10.0.0.1', host: 'a', taken: true },
    { name: 'by another address of its own', from: '2001:db8::2', host: 'b', taken: true },
    { name: 'as a socket of both families writes it', from: '::ffff:10.0.0.1', host: 'a', taken: true },
    { name: 'an instance, another one', from: '10.0.0.1', host: 'b', taken: false },
    { name: 'an instance, a host nobody knows', from: '10.0.0.1', host: 'x', taken: false },
    { name: 'an instance, one that may be anywhere', from: '10.0.0.1', host: 'c', taken: false },
    { name: 'a stranger, an instance', from: '10.0.0.9', host: 'a', taken: false },
    { name: 'a stranger, a host nobody knows', from: '10.0.0.9', host: 'x', taken: true },
    { name: 'a stranger, an instance that may be anywhere', from: '10.0.0.9', host: 'c', taken: true },
    { name: 'this server, itself', from: '127.0.0.1', host: 'server', taken: true },
    { name: 'this server, an instance', from: '127.0.0.1', host: 'a', taken: false },
    { name: 'a stranger, this server', from: '10.0.0.9', host: 'server', taken: true },
  ])('$name: $taken', ({ from, host, taken }) => {
    const { send, hosts, refused, engine } = scene();
    for (let n = 0; n < 2; n += 1) send(gmetric('m', '1', { host }), from);
    expect([hosts(), refused()]).toEqual(taken ? [[host], []] : [[], ['ganglia not-its-host 2']]);
    expect(imbalance(engine)).toBe(0);
  });

  test('two instances behind one address write both', () => {
    const { send, hosts, refused } = scene({}, [A, { ...B, addresses: A.addresses }]);
    for (const host of ['a', 'b', 'x']) send(gmetric('m', '1', { host }));
    expect([hosts(), refused()]).toEqual([['a', 'b'], ['ganglia not-its-host 1']]);
  });

  test('nobody writes what an instance left behind when another took its name', () => {
    const names = ['a~i-0', 'a~i-1', 'b~i-2', 'x~i-0', '~a'];
    const aside = { host: 'b~i-2', instanceId: 'i-2', standing: LEFT };
    const twin = { host: 'a~i-1', instanceId: 'i-1' };
    const { send, hosts, refused } = scene({ binding: false }, [A, aside, twin]);
    for (const name of names) send(gmetric('m', '1', { host: `1.2.3.4:${name}`, spoof: true }));
    expect([hosts(), refused()]).toEqual([['a~i-1', 'x~i-0', '~a'], ['ganglia not-its-host 2']]);
  });

  test.for([
    { name: 'a loopback address', from: '127.0.0.1' },
    { name: 'the address that the group listens on', from: '10.0.0.250' },
  ])('the server’s own figures come whatever is registered: from $name', ({ from }) => {
    const server = { host: 'server', instanceId: 'i-s', addresses: ['192.0.2.1'] };
    const { send, hosts } = scene({ ownAddresses: ['10.0.0.250'] }, [server, { ...A, addresses: [from] }]);
    for (const host of ['server', 'a', 'x']) send(gmetric('m', '1', { host }), from);
    expect(hosts()).toEqual(['server', 'a']);
  });
});

const note = (host: string) =>
  encodeNotification({
    host,
    timeS: START_S,
    plugin: 'p',
    pluginInstance: '',
    type: 't',
    typeInstance: '',
    severity: 1,
    message: 'm',
  });
const graphite = (...hosts: string[]) =>
  Buffer.from(hosts.map((host) => `m;host=${host} 1 ${START_S}\n`).join(''));

describe('in every protocol, first and once the host is there', () => {
  test.for([
    {
      name: 'collectd: of two hosts in a datagram one',
      datagram: collectd({ host: 'a' }, { host: 'b' }, { host: 'b', plugin: 'x' }),
      refused: ['not_its_host 4'],
    },
    {
      name: 'collectd: a name that is made safe',
      datagram: collectd({ host: '/b' }),
      refused: ['not_its_host 2'],
    },
    { name: 'collectd: a notification', datagram: note('b'), refused: ['collectd not-its-host 2'] },
    {
      name: 'gmond: metadata',
      datagram: metadata('m', { host: 'b' }),
      refused: ['ganglia not-its-host 2'],
    },
    {
      name: 'gmond: a spoofed host',
      datagram: gmetric('m', '1', { host: '10.0.0.2:b', spoof: true }),
      refused: ['ganglia not-its-host 2'],
    },
    {
      name: 'statsd: a tag, once a line',
      datagram: Buffer.from('m:1|c|#host:b\nm:1|c|#host:a\nn:1:2|c|#host:b'),
      refused: ['statsd not-its-host 4'],
    },
    { name: 'Graphite: a tag', datagram: graphite('b', 'a', 'b'), refused: ['not_its_host 4'] },
    {
      name: 'Graphite: a template',
      datagram: Buffer.from(`servers.b.m 1 ${START_S}\nservers.a.m 1 ${START_S}\n`),
      refused: ['not_its_host 2'],
    },
  ])('$name', ({ datagram, refused: expected }) => {
    const { send, refused, engine, live, catalogue, clock } = scene({
      graphite: { listen: [], template: 'servers.{host}.{metric}' },
    });
    send(datagram);
    // The owner makes its host known, and a record of every name.
    send(gmetric('m', '1', { host: 'b' }), '10.0.0.2');
    clock.nowMs += 1;
    const before = catalogue.host('web', 'b');
    const pulse = before && catalogue.pulse(before);
    send(datagram);
    expect(refused()).toEqual(expected);
    expect(live('web', 'b', 'm')?.value).toBe(1);
    expect(before && catalogue.pulse(before)).toEqual(pulse);
    expect([...(catalogue.host('web', 'b')?.records.keys() ?? [])]).toEqual(['m']);
    expect(imbalance(engine)).toBe(0);
  });

  test('statsd and Graphite: a bucket and a path that the owner has made', () => {
    const { send, refused, engine } = scene();
    const statsd = Buffer.from('m:1|c|#host:b');
    for (const from of ['10.0.0.2', '10.0.0.1']) {
      send(statsd, from);
      send(graphite('b'), from);
    }
    expect(refused()).toEqual(['statsd not-its-host 1', 'not_its_host 1']);
    expect(imbalance(engine)).toBe(0);
  });

  test('line protocol: values, and words behind them in the line', async () => {
    const { engine, absorb, catalogue, refused } = scene();
    const write = async (address: string, text: string) => {
      const bytes = Uint8Array.from(Buffer.from(text));
      const request = { group: 'web', bytes, hasToken: false, address, arrivalMs: START_MS, msPerUnit: 1 };
      const outcome = await engine.desk.write(request, () => Promise.resolve());
      absorb();
      return outcome;
    };
    await write('10.0.0.2', `m,host=b v=1 ${START_MS}`);
    const outcome = await write('10.0.0.1', `m,host=b v=2,s="x" ${START_MS}`);
    expect(outcome).toMatchObject({ refused: 1, faults: [{ reason: 'not-its-host' }] });
    expect(refused()).toEqual(['influx not-its-host 1', 'not_its_host 1']);
    expect(catalogue.host('web', 'b')?.facts.size).toBe(0);
  });
});

describe('a binding', () => {
  test('is off unless the group says so, and changes with a reload', () => {
    const { send, hosts, engine } = scene({ binding: false });
    send(gmetric('m', '1', { host: 'b' }), '10.0.0.1');
    engine.setGroup({ ...RULES, binding: true });
    send(gmetric('m', '1', { host: 'x' }), '10.0.0.1');
    engine.setGroup({ ...RULES, binding: false });
    send(gmetric('m', '1', { host: 'y' }), '10.0.0.1');
    expect(hosts()).toEqual(['b', 'y']);
  });

  test('follows the roster: who comes, moves, leaves and is forgotten', () => {
    const { send, refused, engine } = scene({}, []);
    const tries = () => {
      const before = engine.books.packetsRejected.get('web', 'ganglia', 'not-its-host');
      send(gmetric('m', '1', { host: 'a' }), '10.0.0.9');
      return engine.books.packetsRejected.get('web', 'ganglia', 'not-its-host') === before;
    };
    const free = tries();
    const seen = [free];
    for (const news of [
      registered(A),
      registered({ ...A, addresses: ['10.0.0.9'] }),
      registered(A),
      registered({ ...A, standing: LEFT }),
      registered(A),
      forgotten('a'),
    ]) {
      engine.members.take([news]);
      seen.push(tries());
    }
    expect(seen).toEqual([true, false, true, false, true, false, true]);
    expect(refused()).toEqual(['ganglia not-its-host 3']);
  });

  test('does not keep out what plugins measure of a host, nor what comes back from a restart', () => {
    const { engine, absorb, send, live } = scene();
    const described = { lastSeenMs: START_MS, intervalMs: 0, gapMs: 0, facts: [], records: [] };
    engine.restore([{ cluster: 'web', name: 'a', address: '10.0.0.9', agent: 'gmond', ...described }]);
    engine.perform([
      {
        cluster: 'web',
        host: 'a',
        service: 'http',
        timeMs: START_MS,
        intervalS: 60,
        items: [{ label: 'time', value: 0.5, uom: 's' }],
      },
    ]);
    absorb();
    expect(live('web', 'a', 'perfdata/http/time')?.value).toBe(0.5);
    send(gmetric('m', '1', { host: 'a' }));
    expect(engine.books.packetsRejected.entries()).toEqual([]);
  });
});
