import { createSocket } from 'node:dgram';
import { encodeCollectd } from '../../src/wire/collectd/encode.ts';
import { encodeMetadata, encodeValue } from '../../src/wire/gmond/encode.ts';
import { KIND } from '../../src/model/kind.ts';
import { COLLECTD_STEP_S, GMOND_TMAX_S, rawValue, SAMPLES_MAX } from './fleet.ts';
import type { FleetRecord } from './fleet.ts';
import type { SentRecord, Truth } from './truth.ts';
import type { SocketWatch } from './socket-watch.ts';

/** A finest archive of six hours holds them all. */
const COLLECTD_SAMPLES_MAX = Math.min(SAMPLES_MAX, 2150);
/**
 * Steps sent to nobody in a row. More, and with those a kill costs RRD would see a gap of a heartbeat, which it
 * takes for an absence of the sender.
 */
const UNHEARD_MAX = 2;
/** gmond's values are of the second of their arrival: they leave so soon after its beginning. */
const GMOND_WITHIN_MS = 300;
const SLOPE = { positive: 1, both: 3 } as const;
const POSITIVE_DOUBLE = { type: 'double', units: '', tmaxS: GMOND_TMAX_S, dmaxS: 0, extras: [] } as const;

export interface SenderOptions {
  readonly truth: Truth;
  readonly watch: SocketWatch;
  readonly ports: { readonly collectd: number; readonly gmond: number };
  /** Between two steps of the simulated time in which collectd's samples are. */
  readonly tickMs: number;
  /** gmond's values are sent when the clock shows a multiple of so many seconds. */
  readonly gmondEveryS: number;
}

/**
 * Agents that send one sample of every series at each step, in real datagrams. collectd's samples are of a past
 * that runs faster than the clock; gmond's of the present, as its datagrams carry no time.
 */
export class Sender implements Disposable {
  readonly #o: SenderOptions;
  readonly #socket = createSocket({ type: 'udp4', lookup: toLoopback });
  readonly #startS: number;
  readonly #hosts: readonly SentRecord[][];
  readonly #rigs: readonly SentRecord[];
  #timer: NodeJS.Timeout | undefined;
  #unheard = 0;
  #steps = 0;
  #gmondS = 0;
  /** Datagrams the kernel refused on our side; their values count as never sent. */
  #faults: unknown;

  constructor(options: SenderOptions) {
    this.#o = options;
    this.#socket.bind(0, '127.0.0.1');
    const pastS = COLLECTD_SAMPLES_MAX * COLLECTD_STEP_S;
    this.#startS = Math.floor((Date.now() / 1000 - pastS) / COLLECTD_STEP_S) * COLLECTD_STEP_S;
    const { records } = options.truth;
    const boxes = records.filter(({ record }) => record.protocol === 'collectd');
    this.#hosts = [...Map.groupBy(boxes, ({ record }) => record.host).values()];
    this.#rigs = records.filter(({ record }) => record.protocol === 'gmond');
  }

  /** The first and last second of collectd's samples there can be. */
  get rangeS(): readonly [number, number] {
    return [this.#startS, this.#startS + COLLECTD_SAMPLES_MAX * COLLECTD_STEP_S];
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#o.tickMs);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Steps as fast as the server reads them, until there are `steps` more. */
  async rush(steps: number): Promise<void> {
    const end = Math.min(COLLECTD_SAMPLES_MAX, this.#steps + steps);
    while (this.#steps < end) {
      this.#o.watch.poll();
      if (this.#o.watch.waitingBytes === 0) this.#tick();
      await new Promise((resolve) => void setImmediate(resolve));
    }
  }

  [Symbol.dispose](): void {
    this.pause();
    this.#socket.close();
    if (this.#faults !== undefined) throw new Error('a datagram could not be sent', { cause: this.#faults });
  }

  #tick(): void {
    const { watch } = this.#o;
    watch.poll();
    this.#unheard = watch.listening ? 0 : this.#unheard + 1;
    if (this.#unheard > UNHEARD_MAX) return;
    this.#sendCollectd();
    this.#sendGmond();
  }

  #sendCollectd(): void {
    if (this.#steps >= COLLECTD_SAMPLES_MAX) return;
    const timeS = this.#startS + this.#steps * COLLECTD_STEP_S;
    this.#steps += 1;
    for (const records of this.#hosts) {
      const lists = records.map(({ record, timesS }) => collectdValues(record, timesS.length, timeS));
      for (const datagram of encodeCollectd(lists)) this.#send(datagram, this.#o.ports.collectd);
      for (const sent of records) note(sent, timeS);
    }
  }

  #sendGmond(): void {
    const nowMs = Date.now();
    const timeS = Math.floor(nowMs / 1000);
    const due = timeS % this.#o.gmondEveryS === 0 && timeS !== this.#gmondS;
    if (!due || nowMs % 1000 > GMOND_WITHIN_MS || !this.#o.watch.listening) return;
    this.#gmondS = timeS;
    for (const sent of this.#rigs) {
      for (const datagram of gmondDatagrams(sent)) this.#send(datagram, this.#o.ports.gmond);
      note(sent, timeS);
    }
  }

  #send(datagram: Uint8Array, port: number): void {
    this.#socket.send(datagram, port, '127.0.0.1', (fault) => (this.#faults ??= fault ?? undefined));
  }
}

function note({ timesS, sentMs }: SentRecord, timeS: number): void {
  timesS.push(timeS);
  sentMs.push(Date.now());
}

function collectdValues(record: FleetRecord, n: number, timeS: number) {
  return {
    host: record.host,
    plugin: 'chaos',
    pluginInstance: record.name,
    type: record.type,
    typeInstance: '',
    timeS,
    intervalS: record.stepS,
    kinds: record.series.map((series) => series.kind),
    values: record.series.map((series) => rawValue(series, n)),
  };
}

/** The description comes with every value: whichever the server hears first is complete. */
function gmondDatagrams({ record, timesS }: SentRecord): Uint8Array[] {
  const metric = { host: `127.0.0.9:${record.host}`, name: record.name, spoof: true };
  return record.series.flatMap((series) => {
    const slope = series.kind === KIND.counter ? SLOPE.positive : SLOPE.both;
    const value = { type: 'double', value: rawValue(series, timesS.length) } as const;
    return [encodeMetadata({ ...metric, ...POSITIVE_DOUBLE, slope }), encodeValue(metric, value)];
  });
}

/** Answers within the call, so that a datagram has left when `send` returns. */
function toLoopback(
  _name: string,
  _options: unknown,
  answer: (error: null, address: string, family: number) => void,
): void {
  answer(null, '127.0.0.1', 4);
}
