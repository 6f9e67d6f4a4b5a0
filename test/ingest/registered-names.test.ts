import { describe, expect, test } from 'vitest';
import { harness, START_MS } from './harness.ts';
import { LEFT, registered } from './instances.ts';
import { gmetric } from './messages.ts';
import type { GroupRules } from '../../src/ingest/group.ts';
import type { Membership } from '../../src/model/instance.ts';

const MEMBER = { addresses: ['10.0.0.1'] };
const STATSD = Buffer.from('hits:1|c');
const GRAPHITE = Buffer.from(`app.hits 1 ${START_MS / 1000}`);
const TEMPLATE = { listen: [], template: 'servers.{host}.{metric}' };

interface Row {
  readonly name: string;
  readonly members: readonly Partial<Membership>[];
  readonly datagram: Uint8Array;
  readonly rules?: Partial<GroupRules>;
  readonly address?: string;
  readonly hosts: readonly string[];
}

/** A name server that never answers: whatever is asked of it waits. */
test.for<Row>([
  { name: 'statsd', members: [MEMBER], datagram: STATSD, hosts: ['web-01'] },
  {
    name: 'statsd that names a host',
    members: [MEMBER],
    datagram: Buffer.from('hits:1|c|#host:a'),
    hosts: ['a'],
  },
  { name: 'Graphite', members: [MEMBER], datagram: GRAPHITE, hosts: ['web-01'] },
  {
    name: 'Graphite whose template does not match',
    members: [MEMBER],
    datagram: GRAPHITE,
    rules: { graphite: TEMPLATE },
    hosts: ['web-01'],
  },
  {
    name: 'Graphite whose template matches',
    members: [MEMBER],
    datagram: Buffer.from(`servers.a.hits 1 ${START_MS / 1000}`),
    rules: { graphite: TEMPLATE },
    hosts: ['a'],
  },
  {
    name: 'gmond in a group that asks for names',
    members: [MEMBER],
    datagram: gmetric('m', '1', { host: 'says-so' }),
    rules: { hostName: 'rdns' },
    hosts: ['web-01'],
  },
  {
    name: 'gmond in a group that does not',
    members: [MEMBER],
    datagram: gmetric('m', '1', { host: 'says-so' }),
    hosts: ['says-so'],
  },
  {
    name: 'a group of addresses',
    members: [MEMBER],
    datagram: STATSD,
    rules: { hostName: 'address' },
    hosts: ['10.0.0.1'],
  },
  {
    name: 'an IPv4 address as a socket of both writes it',
    members: [MEMBER],
    datagram: STATSD,
    address: '::ffff:10.0.0.1',
    hosts: ['web-01'],
  },
  {
    name: 'two that registered from one address',
    members: [MEMBER, { ...MEMBER, host: 'web-02' }],
    datagram: STATSD,
    hosts: [],
  },
  { name: 'one that left', members: [{ ...MEMBER, standing: LEFT }], datagram: STATSD, hosts: [] },
  { name: 'nobody', members: [], datagram: STATSD, hosts: [] },
])('whose lines: $name', ({ members, datagram, rules = {}, address = '10.0.0.1', hosts }) => {
  const h = harness({ deaf: true, rules });
  h.engine.members.take(members.map(registered));
  h.send(datagram, address);
  expect([...(h.catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(hosts);
});

describe('a name that becomes known', () => {
  test('counts from then on, whatever the name server had said', async () => {
    const h = harness();
    h.names.set('10.0.0.1', 'reverse');
    h.send(GRAPHITE);
    await new Promise((resolve) => setImmediate(resolve));
    h.absorb();
    h.engine.members.take([registered(MEMBER)]);
    h.send(GRAPHITE);
    expect([...(h.catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['reverse', 'web-01']);
  });

  test('is that of lines of InfluxDB', async () => {
    const h = harness({ deaf: true });
    h.engine.members.take([registered(MEMBER)]);
    const bytes = Uint8Array.from(Buffer.from(`m v=1 ${START_MS}`));
    const request = { group: 'web', bytes, hasToken: false, address: '10.0.0.1', arrivalMs: START_MS };
    await h.engine.desk.write({ ...request, msPerUnit: 1 }, () => Promise.resolve());
    h.absorb();
    expect([...(h.catalogue.clusters.get('web')?.keys() ?? [])]).toEqual(['web-01']);
  });
});
