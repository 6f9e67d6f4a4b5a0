import type { OutgoingAnswer, OutgoingRequest } from '../notify/outgoing/send-out.ts';
import type { WatcherConfig } from '../contract/alerts.ts';

export interface HeartbeatOptions {
  readonly send: (request: OutgoingRequest, signal: AbortSignal) => Promise<OutgoingAnswer>;
  /**
   * Told when calls begin to fail, or to be left out, with the reason in words; null: they get through
   * again.
   */
  readonly changed: (fault: string | null) => void;
  readonly steadyMs?: () => number;
}

/** Calls a URL every so often while all is well: whoever waits for the call there misses it when it stops. */
export class Heartbeat {
  readonly #o: Required<HeartbeatOptions>;
  readonly #abort = new AbortController();
  #config: WatcherConfig['heartbeat'] = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isFlying = false;
  #fault: string | null = null;

  constructor(options: HeartbeatOptions) {
    this.#o = { steadyMs: () => performance.now(), ...options };
  }

  use(config: WatcherConfig['heartbeat']): void {
    if (config?.url !== this.#config?.url) this.#lastMs = Number.NEGATIVE_INFINITY;
    this.#config = config;
    if (config === null) this.#told(null);
  }

  /** After each turn; `unwell`: why not all is well, in words. */
  turned(unwell: string | null): void {
    if (this.#config === null || this.#isFlying) return;
    const nowMs = this.#o.steadyMs();
    if (nowMs - this.#lastMs < this.#config.intervalMs) return;
    this.#lastMs = nowMs;
    if (unwell !== null) return this.#told(`not called: ${unwell}`);
    void this.#call(this.#config.url);
  }

  stop(): void {
    this.#abort.abort();
  }

  async #call(url: string): Promise<void> {
    this.#isFlying = true;
    const headers = { 'user-agent': 'Muster' };
    const answer = await this.#o.send({ url, method: 'GET', headers, body: null }, this.#abort.signal);
    this.#isFlying = false;
    if (this.#abort.signal.aborted || this.#config?.url !== url) return;
    if (!answer.ok) this.#told(answer.fault);
    else this.#told(answer.status >= 200 && answer.status < 300 ? null : `HTTP ${answer.status}`);
  }

  #told(fault: string | null): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#o.changed(fault);
  }
}
