import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeMetadata, encodeValue } from '../src/wire/gmond/encode.ts';

/** What a page shows of a host, as gmond names it: base value and how far it swings. */
const METRICS = [
  { name: 'load_one', units: ' ', base: 1, swing: 2 },
  { name: 'cpu_num', units: 'CPUs', base: 4, swing: 0 },
  { name: 'cpu_user', units: '%', base: 30, swing: 30 },
  { name: 'cpu_system', units: '%', base: 8, swing: 5 },
  { name: 'mem_total', units: 'KB', base: 16_000_000, swing: 0 },
  { name: 'mem_free', units: 'KB', base: 4_000_000, swing: 2_000_000 },
  { name: 'bytes_in', units: 'bytes/sec', base: 2e6, swing: 1e6 },
  { name: 'bytes_out', units: 'bytes/sec', base: 1e6, swing: 1e6 },
] as const;

const [LOAD] = METRICS;
/** Each hundredth host has this much more load than the others: the page shows problems too. */
const BUSY_EVERY = 100;
const BUSY_LOAD = 6;

const INTERVAL_MS = 15_000;
const SLICE_MS = 20;

/** Hosts that send what a page shows, each metric every 15 s, evenly spread. From one socket, spoofed. */
export class PageFleet implements Disposable {
  readonly #socket = createSocket('udp4');
  readonly #hosts: readonly string[];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(hosts: number) {
    this.#hosts = Array.from(
      { length: hosts },
      (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:web-${i}`,
    );
  }

  /** Describes every metric and sends each once, at a pace any receive buffer holds. */
  async introduce(port: number): Promise<void> {
    this.#socket.connect(port, '127.0.0.1');
    await once(this.#socket, 'connect');
    for (const [i, host] of this.#hosts.entries()) {
      for (const metric of METRICS) {
        const about = { type: 'double', units: metric.units, slope: 3, tmaxS: 60, dmaxS: 0, extras: [] };
        this.#socket.send(encodeMetadata({ name: metric.name, host, spoof: true, ...about }));
        this.#value(i, metric);
      }
      // oxlint-disable-next-line no-await-in-loop -- a pause between hosts is what is wanted
      if (i % 2 === 0) await delay(1);
    }
  }

  /** Sends until disposed. */
  start(): void {
    const all = this.#hosts.length * METRICS.length;
    this.#repeat(all / INTERVAL_MS, (sent) =>
      this.#value(Math.floor(sent / METRICS.length), METRICS[sent % METRICS.length] ?? LOAD),
    );
  }

  /** Besides, each host's load once a second. */
  hurry(): void {
    this.#repeat(this.#hosts.length / 1000, (sent) => this.#value(sent, LOAD));
  }

  #repeat(perMs: number, send: (sent: number) => void): void {
    const beganMs = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.floor((performance.now() - beganMs) * perMs);
      for (; sent < due; sent += 1) send(sent);
    }, SLICE_MS);
    this.#timers.push(timer);
  }

  #value(number: number, metric: (typeof METRICS)[number]): void {
    const index = number % this.#hosts.length;
    const host = this.#hosts[index] ?? '';
    const more = metric === LOAD && index % BUSY_EVERY === 0 ? BUSY_LOAD : 0;
    const value = metric.base + metric.swing * Math.random() + more;
    this.#socket.send(encodeValue({ name: metric.name, host, spoof: true }, { type: 'double', value }));
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#socket.close();
  }
}
