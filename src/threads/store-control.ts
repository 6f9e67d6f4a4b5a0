import { setTimeout as delay } from 'node:timers/promises';
import { openControlSocket } from '../ops/control-socket.ts';
import { HTTP_ERRORS } from '../http/errors.ts';
import { FlushDesk } from './flush-desk.ts';
import { StoreHold } from './store-hold.ts';
import type { Catalogue } from '../live/catalogue.ts';
import { confirmByCommand } from './list-control.ts';
import { receiversByCommand, testByCommand } from './receiver-control.ts';
import type { AuditTrail } from '../http/audit.ts';
import type { Alerting, Diagnosis, FlushOutcome, Reconcilers } from '../http/ports.ts';
import type { Logger } from '../ops/log.ts';
import type { SelectorSource } from '../live/selector.ts';
import type { ControlDesk } from '../ops/control-socket.ts';
import type { Flushed } from '../ops/control-messages.ts';
import type { HeldCrew } from './store-hold.ts';

export interface StoreControlOptions {
  readonly dataDir: string;
  readonly crew: HeldCrew & {
    flush(worker: number, records: Uint32Array, withinMs: number): Promise<Flushed>;
  };
  readonly catalogue: Catalogue;
  readonly diagnosis: Diagnosis;
  readonly reconcilers: Reconcilers;
  readonly alerting: Pick<Alerting, 'ask' | 'test'>;
  /** Where it is written down what commands change. */
  readonly audit: AuditTrail;
  readonly log: Logger;
}

const ticksMs = (): number => performance.now();

/**
 * What commands and operators may do to the writing: hold it for a backup, or have it done now. Commands ask
 * for the diagnosis and for lists of instances by the same socket.
 */
export class StoreControl {
  readonly #o: StoreControlOptions;
  readonly #hold: StoreHold;
  readonly #desk: FlushDesk;
  #socket: AsyncDisposable | undefined;
  readonly #fault: string[] = [];

  constructor(options: StoreControlOptions) {
    const { crew, log, catalogue } = options;
    this.#o = options;
    this.#hold = new StoreHold({
      crew,
      log,
      ticksMs,
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return { [Symbol.dispose]: () => clearTimeout(timer) };
      },
    });
    this.#desk = new FlushDesk({
      catalogue,
      write: (worker, records, withinMs) => crew.flush(worker, records, withinMs),
      held: () => this.#hold.held,
      ticksMs,
      sleep: (ms) => delay(ms),
    });
  }

  /** Takes commands from here on, or goes on without; the lock of data_dir is held. */
  async open(): Promise<void> {
    const desk: ControlDesk = {
      hold: (lost) => this.#hold.take(lost),
      flush: async (wish) => {
        const outcome = await this.flush(wish);
        return outcome.ok ? outcome : { ...outcome, cure: HTTP_ERRORS[outcome.reason].cure };
      },
      diagnose: ({ group, host }) => this.#o.diagnosis.find({ group, host }),
      reconcilers: () => this.#o.reconcilers.list(),
      receivers: () => receiversByCommand(this.#o),
      testReceiver: (name) => testByCommand(this.#o, name),
      confirm: (wish) => confirmByCommand(this.#o, wish),
    };
    try {
      this.#socket = await openControlSocket(this.#o.dataDir, desk);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#fault.push(
        `muster backup, flush, doctor, reconciler and receiver cannot reach this server: ${why}`,
      );
      this.#o.log.warn(this.#fault.join());
    }
  }

  flush({ cluster, host, metric }: SelectorSource): Promise<FlushOutcome> {
    return this.#desk.flush({ cluster, host, metric });
  }

  notes(): string[] {
    return [...this.#hold.notes(), ...this.#fault];
  }

  /** Why groups cannot leave now: their points are written first. */
  standstill(): string[] {
    return this.#hold.held ? ['a backup is under way: take groups out when it has ended'] : [];
  }

  /** Takes no more commands, and lets the store go. */
  async close(): Promise<void> {
    await this.#socket?.[Symbol.asyncDispose]();
    this.#socket = undefined;
    this.#hold.end('the server stops');
  }
}
