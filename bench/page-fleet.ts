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

const INTERVAL_MS = 15_000;
const SLICE_MS = 20;

/** Hosts that send what a page shows, each metric every 15 s, evenly spread. From one socket, spoofed. */
export class PageFleet implements Disposable {
  readonly #socket = createSocket('udp4');
  readonly #hosts: readonly string[];
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

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
        this.#value(host, metric);
      }
      // oxlint-disable-next-line no-await-in-loop -- a pause between hosts is what is wanted
      if (i % 2 === 0) await delay(1);
    }
  }

  /** Sends until disposed. */
  start(): void {
    const all = this.#hosts.length * METRICS.length;
    const beganMs = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - beganMs) / INTERVAL_MS) * all);
      for (; this.#sent < due; this.#sent += 1) {
        const host = this.#hosts[Math.floor(this.#sent / METRICS.length) % this.#hosts.length] ?? '';
        this.#value(host, METRICS[this.#sent % METRICS.length] ?? METRICS[0]);
      }
    }, SLICE_MS);
  }

  #value(host: string, metric: (typeof METRICS)[number]): void {
    const value = metric.base + metric.swing * Math.random();
    this.#socket.send(encodeValue({ name: metric.name, host, spoof: true }, { type: 'double', value }));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }
}
