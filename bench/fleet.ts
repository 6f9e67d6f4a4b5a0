import { encodeCollectd } from '../src/wire/collectd/encode.ts';
import { HEADER_BYTES, PART } from '../src/wire/collectd/part.ts';
import { encodeMetadata, encodeValue } from '../src/wire/gmond/encode.ts';

/** What a simulated fleet sends: every host has the same metrics. */
export interface FleetSize {
  readonly hosts: number;
  readonly metrics: number;
}

const INTERVAL_S = 10;

/** The fleet of the receive and ingest benches. */
export const FLEET: FleetSize = { hosts: 1000, metrics: 33 };

interface HostDatagram {
  readonly datagram: Buffer;
  readonly timeAt: number;
  readonly valuesAt: number[];
}

/**
 * One datagram a host and round, full of gauges, each round 10 s after the one before. `shuffled`: its
 * metrics in another order every round.
 */
export class CollectdFleet {
  readonly #size: FleetSize;
  readonly #shuffled: boolean;
  #hosts: HostDatagram[];
  #timeS: number;

  constructor(size: FleetSize, startS: number, shuffled = false) {
    this.#size = size;
    this.#timeS = startS;
    this.#shuffled = shuffled;
    this.#hosts = this.#written();
  }

  #written(): HostDatagram[] {
    const { hosts, metrics } = this.#size;
    const order = Array.from({ length: metrics }, (_, metric) => metric);
    return Array.from({ length: hosts }, (_, host) => {
      if (this.#shuffled) order.sort(() => Math.random() - 0.5);
      const datagram = firstDatagram(host, order, this.#timeS);
      return { datagram, ...offsets(datagram) };
    });
  }

  /** Datagrams of the next rounds, endlessly. A host's next one overwrites its last. */
  *datagrams(): Generator<Uint8Array> {
    for (;;) yield* this.round();
  }

  *round(): Generator<Uint8Array> {
    this.#timeS += INTERVAL_S;
    if (this.#shuffled) this.#hosts = this.#written();
    for (const [host, { datagram, timeAt, valuesAt }] of this.#hosts.entries()) {
      datagram.writeBigUInt64BE(BigInt(this.#timeS) << 30n, timeAt);
      for (const [metric, at] of valuesAt.entries()) {
        datagram.writeDoubleLE(host + metric / this.#size.metrics + this.#timeS / 1e6, at);
      }
      yield datagram;
    }
  }
}

function firstDatagram(host: number, metrics: readonly number[], timeS: number): Buffer {
  const lists = metrics.map((metric) => ({
    host: `web-${host}.example.net`,
    timeS,
    intervalS: INTERVAL_S,
    plugin: 'bench',
    pluginInstance: '',
    type: 'gauge',
    typeInstance: `metric-${metric}`,
    kinds: [1],
    values: [0],
  }));
  const [datagram, second] = encodeCollectd(lists);
  if (!datagram || second) throw new Error(`${metrics.length} metrics are not one datagram`);
  return Buffer.from(datagram);
}

/** Where the time and the values stand, so that a round costs no encoding. */
function offsets(datagram: Buffer): { timeAt: number; valuesAt: number[] } {
  const valuesAt: number[] = [];
  let timeAt = 0;
  for (let at = 0; at < datagram.length; at += datagram.readUInt16BE(at + 2)) {
    const part = datagram.readUInt16BE(at);
    if (part === PART.timeHr) timeAt = at + HEADER_BYTES;
    // A count of one and its kind stand before the value.
    if (part === PART.values) valuesAt.push(at + HEADER_BYTES + 3);
  }
  return { timeAt, valuesAt };
}

/**
 * Typed values as gmond's modules send them, one a datagram, all hosts of a metric after one another. With
 * `spoof` each host has an address of its own: gmond tells hosts apart by address, and all datagrams here
 * come from one.
 */
export class GmondFleet {
  readonly #size: FleetSize;
  readonly #spoof: boolean;
  #round = 0;

  constructor(size: FleetSize, spoof: boolean) {
    this.#size = size;
    this.#spoof = spoof;
  }

  /** The descriptions, once each. */
  *descriptions(): Generator<Uint8Array> {
    for (const metric of this.#metrics()) {
      const about = { type: 'double', units: 'things', slope: 3, tmaxS: 60, dmaxS: 0, extras: [] };
      yield encodeMetadata({ ...metric, ...about });
    }
  }

  /** Values of the next rounds, endlessly. */
  *datagrams(): Generator<Uint8Array> {
    for (;;) yield* this.round();
  }

  *round(): Generator<Uint8Array> {
    this.#round += 1;
    let value = this.#round;
    for (const metric of this.#metrics()) {
      value += 0.5;
      yield encodeValue(metric, { type: 'double', value });
    }
  }

  *#metrics(): Generator<{ host: string; name: string; spoof: boolean }> {
    for (let metric = 0; metric < this.#size.metrics; metric += 1) {
      for (let host = 0; host < this.#size.hosts; host += 1) {
        const name = `web-${host}.example.net`;
        const address = `10.0.${host >> 8}.${host & 255}`;
        yield {
          host: this.#spoof ? `${address}:${name}` : name,
          name: `metric-${metric}`,
          spoof: this.#spoof,
        };
      }
    }
  }
}

/** The first `count` of a longer run. */
export function* take<T>(from: Iterable<T>, count: number): Generator<T> {
  if (count <= 0) return;
  let taken = 0;
  for (const item of from) {
    yield item;
    taken += 1;
    if (taken >= count) return;
  }
}
