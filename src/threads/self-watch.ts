import { hostname } from 'node:os';
import { startSelfMonitor } from '../agent/self-monitor.ts';
import { reachableAddress } from '../config/listeners.ts';
import { createOncePer } from '../ops/log.ts';
import { ownFigures } from './own-figures.ts';
import type { Bound } from '../ingest/listeners.ts';
import type { Logger } from '../ops/log.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { ServerStats } from '../contract/stats.ts';

const FAULT_LOG_MS = 60_000;

/** `self_monitor`: this host's own figures, sent to where its group takes datagrams. */
export class SelfWatch implements Disposable {
  readonly #boundOf: (group: string) => readonly Bound[];
  readonly #stats: () => ServerStats;
  readonly #log: Logger;
  #running = new AbortController();
  #target = '';

  constructor(parts: {
    readonly boundOf: (group: string) => readonly Bound[];
    readonly stats: () => ServerStats;
    readonly log: Logger;
  }) {
    this.#boundOf = parts.boundOf;
    this.#stats = parts.stats;
    this.#log = parts.log;
  }

  /** Begins, or begins anew where what it sends, or where to, has changed. */
  use(selfMonitor: MusterConfig['selfMonitor'], isChanged: boolean): void {
    const bound = this.#boundOf(selfMonitor?.group ?? '')[0];
    const target = bound ? `${bound.address} ${bound.port}` : '';
    if (target === this.#target && !isChanged) return;
    this.#running.abort();
    this.#running = new AbortController();
    this.#target = target;
    if (!selfMonitor || !bound) return;
    const once = createOncePer(Date.now);
    void startSelfMonitor({
      host: hostname(),
      address: reachableAddress(bound.address),
      port: bound.port,
      intervalMs: selfMonitor.intervalMs,
      own: () => ownFigures(this.#stats()),
      signal: this.#running.signal,
      onFault: (fault) => {
        if (once('fault', FAULT_LOG_MS))
          this.#log.warn({ fault: fault.message }, 'self_monitor could not send');
      },
    });
  }

  [Symbol.dispose](): void {
    this.#running.abort();
  }
}
