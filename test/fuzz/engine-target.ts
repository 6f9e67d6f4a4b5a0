import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { Engine } from '../../src/ingest/engine.ts';
import { noJournal } from '../../src/ingest/journal/no-journal.ts';
import { Catalogue } from '../../src/live/catalogue.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { doorsOf, sealed, USER } from './door.ts';
import type { GroupRules } from '../../src/ingest/group.ts';
import type { ExpiredHost } from '../../src/model/expired-host.ts';
import type { Membership } from '../../src/model/instance.ts';
import type { Store } from '../../src/store/store.ts';
import type { Pick } from './mutate.ts';

const START_MS = 1_800_000_000_000;
const SOURCES = 8;
const SERIES_PER_SOURCE = 200;
const SERIES_PER_HOST = 50;
/** Of all groups and protocols, each named in src: a reason that holds a sender's words would break it. */
const COUNTERS_MAX = 400;

const store: Store = {
  ...createMemoryStore(),
  put: (batch) => Promise.resolve(batch.records.map(() => ({ ok: true as const, lateThroughS: 0 }))),
};

/** Everything is let in, and hosts leave soon. */
const RULES: Omit<GroupRules, 'name'> = {
  ...GROUP_DEFAULTS,
  accept: ['collectd', 'ganglia', 'statsd', 'graphite'],
  hostName: 'packet',
  maxSeriesPerHost: SERIES_PER_HOST,
  hostDmaxMs: 30_000,
  pastMs: 600_000,
  futureMs: 60_000,
  outside: 'arrival',
  ownAddresses: [],
  trust: { ...GROUP_DEFAULTS.trust, maxSeriesPerSource: SERIES_PER_SOURCE },
  statsd: { ...GROUP_DEFAULTS.statsd, flushMs: 1000 },
  graphite: { listen: [], template: 'servers.{host}.{metric}' },
};

const secured = { ...GROUP_DEFAULTS.collectd, authFile: '/auth' };

/** Some hosts that inputs name, at addresses that they come from. */
const MEMBERS: readonly Membership[] = ['web-01', 'a', 'h', '10.0.0.1'].map((host, i) => ({
  cluster: 'bound',
  host,
  instanceId: `i-${i}`,
  standing: { kind: 'here', says: '' },
  sinceMs: 1,
  facts: [['role', 'db']],
  addresses: [`10.0.0.${i}`],
  key: i === 0 ? USER : null,
}));

const GROUPS: readonly GroupRules[] = [
  { ...RULES, name: 'open' },
  { ...RULES, name: 'signed', collectd: { ...secured, securityLevel: 'Sign' } },
  { ...RULES, name: 'encrypted', collectd: { ...secured, securityLevel: 'Encrypt' }, outside: 'refuse' },
  { ...RULES, name: 'named', hostName: 'rdns', graphite: { listen: [], template: null }, outside: 'accept' },
  {
    ...RULES,
    name: 'tight',
    hostName: 'address',
    trust: {
      allow: ['10.0.0.0/30', '2001:db8::/32'],
      packetsPerSecondPerSource: 5,
      maxSeriesPerSource: 10,
      spoof: 'deny',
    },
  },
  { ...RULES, name: 'bound', binding: true },
];

/** A worker's whole data plane, given hostile datagrams by a few senders. */
export class EngineTarget {
  readonly #engine: Engine;
  readonly #catalogue = new Catalogue();
  #nowMs = START_MS;
  #settled = 0;

  constructor() {
    const clock = () => this.#nowMs;
    this.#engine = new Engine({
      store,
      journal: noJournal,
      types: new Map(),
      cache: { maxAgeMs: 2000, jitterMs: 1000, maxPoints: 50_000 },
      reverse: (address) => Promise.reject(new Error(`NXDOMAIN ${address}`)),
      nowMs: clock,
      ticksMs: clock,
      sleep: () => Promise.resolve(),
      random: () => 0.5,
      onRefusal: () => undefined,
      doors: doorsOf(),
    });
    for (const group of GROUPS) this.#engine.setGroup(group);
    this.#engine.members.take(MEMBERS.map((member) => ({ kind: 'member', member })));
  }

  /** One input as a datagram of some sender to some group, under a seal now and then. */
  take(input: Uint8Array, pick: Pick): void {
    this.#nowMs += pick(20);
    const kind = pick(6);
    const datagram = kind < 2 && input.length < 60_000 ? sealed(kind === 0 ? 0 : 1, input) : input;
    this.#engine.accept(datagram, {
      start: 0,
      end: datagram.length,
      listener: pick(GROUPS.length),
      address: this.#address(pick),
      arrivalMs: this.#nowMs,
    });
    this.#balance();
  }

  /** As the body of a request, in InfluxDB's line protocol. */
  async write(input: Uint8Array, pick: Pick): Promise<void> {
    const group = GROUPS[pick(GROUPS.length)]?.name ?? '';
    const bytes = Uint8Array.from(input);
    const request = {
      group,
      bytes,
      address: this.#address(pick),
      arrivalMs: this.#nowMs,
      msPerUnit: 1e-6,
      hasToken: false,
    };
    await this.#engine.desk.write(request, () => Promise.resolve());
    this.#balance();
  }

  /** What a worker does beside receiving, then a look at everything that could have grown. */
  async settle(): Promise<void> {
    this.#engine.tick();
    this.#engine.tellChanges();
    this.#engine.takeNotifications();
    this.#catalogue.apply({ worker: 0, announcements: this.#engine.takeAnnouncements(Infinity) });
    this.#engine.expire(this.#everyTenthHost());
    await this.#replace(MEMBERS[this.#settled++ % MEMBERS.length] as Membership);
    await new Promise((resolve) => setImmediate(resolve));
    this.#balance();
    const { records, packetsRejected, valuesRejected, valuesLost, pending } = this.#engine.stats();
    const counters = packetsRejected.length + valuesRejected.length + valuesLost.length;
    const recordsMax = SOURCES * GROUPS.length * SERIES_PER_SOURCE;
    atMost('records', records, recordsMax);
    atMost('hosts', this.#hosts, recordsMax);
    atMost('counters', counters, COUNTERS_MAX);
    atMost('values waiting', pending, 50_000 * 2);
  }

  /** Another instance takes over a host's name. */
  async #replace(member: Membership): Promise<void> {
    const { cluster, host } = member;
    const standing = { kind: 'left', reason: 'replaced', sinceMs: this.#nowMs } as const;
    this.#engine.members.take([{ kind: 'member', member: { ...member, standing } }]);
    const fault = await this.#engine.depart(cluster, host);
    if (fault !== undefined) throw new Error(fault);
    this.#engine.members.take([{ kind: 'member', member }]);
  }

  /** What became of it all, in words. */
  get summary(): string {
    const { received, rejected, records, packetsRejected } = this.#engine.stats();
    const refused = packetsRejected.reduce((sum, [, count]) => sum + count, 0);
    const taken = `${received} values, ${rejected} refused, ${refused} packets refused`;
    return `${taken}, ${records} records, ${this.#hosts} hosts`;
  }

  /** As the judge asks for those that were silent for long; the engine looks again itself. */
  #everyTenthHost(): ExpiredHost[] {
    const names = [...this.#catalogue.clusters].flatMap(([cluster, hosts]) =>
      [...hosts.keys()].map((name) => ({ cluster, name, lastSeenMs: this.#nowMs, reason: 'expired' })),
    );
    return names.filter((_, i) => i % 10 === 0);
  }

  get #hosts(): number {
    return [...this.#catalogue.clusters.values()].reduce((sum, some) => sum + some.size, 0);
  }

  #address(pick: Pick): string {
    const n = pick(SOURCES);
    return n === 0 ? '2001:db8::1' : `10.0.0.${n}`;
  }

  #balance(): void {
    const { received, stored, coalesced, rejected, lost } = this.#engine.books;
    const off = received - (stored + this.#engine.pending + coalesced + rejected + lost);
    if (off !== 0) throw new Error(`the books are off by ${off}`);
  }
}

function atMost(what: string, count: number, max: number): void {
  if (count > max) throw new Error(`${count} ${what}, more than ${max}`);
}
