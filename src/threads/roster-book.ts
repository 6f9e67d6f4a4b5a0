import type {
  Departure,
  DepartureOutcome,
  Instance,
  Registration,
  RegistrationOutcome,
} from '../fleet/instance.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { Histories, RosterNews } from '../model/instance.ts';
import type { Logger } from '../ops/log.ts';
import type { Registry } from '../http/ports.ts';

export interface RosterBookOptions {
  readonly file: string;
  readonly groups: () => readonly GroupConfig[];
  /** When a host was last heard, epoch ms; 0: never. */
  readonly heardMs: (cluster: string, host: string) => number;
  readonly histories: Histories;
  readonly tell: (news: readonly RosterNews[]) => void;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** The roster of instances, kept in fleet.db: durable before anybody is told. */
export class RosterBook implements Registry, Disposable {
  readonly #o: RosterBookOptions;

  constructor(options: RosterBookOptions) {
    this.#o = options;
  }

  version(): number {
    return 0;
  }

  register({ cluster }: Registration): Promise<RegistrationOutcome> {
    return Promise.resolve({ ok: false, refusal: 'not_kept', message: `${cluster} takes none yet` });
  }

  deregister({ cluster }: Departure): Promise<DepartureOutcome> {
    return Promise.resolve({ ok: false, refusal: 'not_kept', message: `${cluster} takes none yet` });
  }

  instance(_cluster: string, _host: string): Instance | undefined {
    return undefined;
  }

  instances(): Iterable<Instance> {
    return [];
  }

  /** Tells everybody all of it. */
  introduce(): void {
    this.#o.tell([]);
  }

  notes(): string[] {
    return [];
  }

  [Symbol.dispose](): void {}
}
