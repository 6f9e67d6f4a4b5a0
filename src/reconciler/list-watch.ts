import { LIST_SLICE_MS } from '../limits.ts';
import { ListReading } from '../fleet/list-reading.ts';
import { reconcile } from '../fleet/reconcile.ts';
import { openList, readItem } from '../wire/instance-list.ts';
import type { OtherGroups } from '../fleet/list-reading.ts';
import type { Hold, ListRules } from '../fleet/reconcile.ts';
import type { Instance, ListChange } from '../fleet/instance.ts';
import { failedRead } from './source.ts';
import type { ListSource, SourceRead } from './source.ts';

/** The roster, as a list is held against it. */
export interface ListedRoster {
  instances(): Iterable<Instance>;
  /** False: it could not be kept, and nothing has changed. */
  reconcile(change: ListChange): boolean;
}

export interface ListWatchOptions {
  readonly roster: ListedRoster;
  /** Epoch ms, and milliseconds that only ever grow. */
  readonly nowMs: () => number;
  readonly ticksMs: () => number;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/** What is read, how, and for how long at most. */
export interface ListReadOptions {
  readonly source: ListSource;
  readonly rules: ListRules;
  readonly timeoutMs: number;
}

export type Outcome = 'changed' | 'unchanged' | 'held' | 'failed';

/** How a list stands. Times: epoch ms, 0: never. */
export interface ListState {
  readonly readMs: number;
  readonly triedMs: number;
  /** Since when it cannot be read; 0: it can, or was not tried. */
  readonly failingMs: number;
  /** Why; empty: the newest attempt went well. */
  readonly fault: string;
  /** What of it was passed over, in words. */
  readonly passedOver: string;
  /** What it has of groups that it does not speak for. */
  readonly others: OtherGroups;
  /** Instances it says are here, and their groups. */
  readonly instances: number;
  readonly groups: ReadonlySet<string>;
  readonly hold: Hold | undefined;
}

const UNREAD: ListState = {
  readMs: 0,
  triedMs: 0,
  failingMs: 0,
  fault: '',
  passedOver: '',
  others: { instances: 0, groups: [] },
  instances: 0,
  groups: new Set(),
  hold: undefined,
};

/**
 * One list: read, held against the roster, and what came of it. An attempt that fails changes nothing but the
 * times and the fault: what the list last said stands.
 */
export class ListWatch {
  readonly #o: ListWatchOptions;
  #state = UNREAD;
  #prints: ReadonlyMap<string, number> = new Map();
  /** Of the text that was taken whole; undefined: it is to be taken anew. */
  #mark: string | undefined;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(options: ListWatchOptions) {
    this.#o = options;
  }

  get state(): ListState {
    return this.#state;
  }

  /** The next reading takes the list though it may not have changed: other rules hold. None is under way. */
  takeAnew(): void {
    this.#mark = undefined;
  }

  /** Never rejects. Once `stop` is aborted nothing is changed any more. */
  async read({ source, rules, timeoutMs }: ListReadOptions, stop: AbortSignal): Promise<Outcome> {
    const late = AbortSignal.timeout(timeoutMs);
    const read = await this.#readOnce(source, AbortSignal.any([stop, late]));
    if (stop.aborted) return 'failed';
    if (late.aborted) return this.#fail(`did not come within ${timeoutMs / 1000} s`);
    if (read.kind === 'failed') return this.#fail(read.fault);
    if (read.kind === 'unchanged') return this.#succeed({});
    try {
      const reading = new ListReading(rules);
      const fault = await this.#readItems(read.text, reading);
      if (stop.aborted) return 'failed';
      return fault === undefined ? this.#take(reading, rules, read.mark) : this.#fail(fault);
    } catch (error) {
      // A list from elsewhere, whatever is in it, must not end the server.
      return this.#fail(`cannot be taken: ${error instanceof Error ? error.name : 'unknown fault'}`);
    }
  }

  /** A disk of the network that hangs, hangs on after the time is over: the next reading waits for it. */
  async #readOnce(source: ListSource, signal: AbortSignal): Promise<SourceRead> {
    const over = new Promise<SourceRead>((resolve) => {
      signal.addEventListener('abort', () => resolve(failedRead('was not read to its end')), { once: true });
    });
    await Promise.race([this.#underWay, over]);
    if (signal.aborted) return over;
    const read = source.read(this.#mark, signal);
    // Its end alone: the text may be long.
    this.#underWay = read.then(() => undefined);
    return Promise.race([read, over]);
  }

  /** Retires those that a held list misses, if it is still that one. */
  confirm(list: string, digest: string): 'confirmed' | 'not-held' | 'another' | 'not-kept' {
    const { hold } = this.#state;
    if (!hold) return 'not-held';
    if (hold.digest !== digest) return 'another';
    const gone = hold.missing.map(({ cluster, instanceId, reason }) => ({ cluster, instanceId, reason }));
    if (!this.#o.roster.reconcile({ list, listed: [], gone })) return 'not-kept';
    this.#state = { ...this.#state, hold: undefined };
    return 'confirmed';
  }

  /** In slices: a list of 100 000 must not keep the main thread from everybody else. */
  async #readItems(text: string, reading: ListReading): Promise<string | undefined> {
    const opened = openList(text);
    if (!opened.ok) return opened.fault;
    let sinceMs = this.#o.ticksMs();
    for (const said of opened.items) {
      const one = readItem(said);
      if (one.ok) {
        for (const { fault, quote } of one.faults) reading.fault(fault, quote);
        reading.take(one.item);
      } else reading.refuse(one.fault.fault, one.fault.quote, one.names);
      if (this.#o.ticksMs() - sinceMs < LIST_SLICE_MS) continue;
      await this.#o.pause();
      sinceMs = this.#o.ticksMs();
    }
    return undefined;
  }

  #take(reading: ListReading, rules: ListRules, mark: string): Outcome {
    const { roster, nowMs } = this.#o;
    const state = { known: roster.instances(), prints: this.#prints, held: this.#state.hold };
    const { change, hold, prints } = reconcile(reading, rules, state, nowMs());
    const isChange = change.listed.length + change.gone.length > 0;
    if (isChange && !roster.reconcile(change)) {
      this.#mark = undefined;
      return this.#fail('was read, but fleet.db cannot be written');
    }
    this.#prints = prints;
    this.#mark = mark;
    const groups = new Set<string>();
    for (const key of prints.keys()) groups.add(key.slice(0, key.indexOf('\0')));
    const { passedOver, others } = reading;
    const outcome = this.#succeed({ hold, instances: prints.size, groups, passedOver, others });
    return outcome === 'unchanged' && isChange ? 'changed' : outcome;
  }

  #succeed(found: Partial<ListState>): Outcome {
    const nowMs = this.#o.nowMs();
    const well = { readMs: nowMs, triedMs: nowMs, failingMs: 0, fault: '' };
    this.#state = { ...this.#state, ...found, ...well };
    return this.#state.hold ? 'held' : 'unchanged';
  }

  #fail(fault: string): Outcome {
    const nowMs = this.#o.nowMs();
    const failingMs = this.#state.failingMs || nowMs;
    this.#state = { ...this.#state, triedMs: nowMs, failingMs, fault };
    return 'failed';
  }
}
