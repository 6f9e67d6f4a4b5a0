import { FACT_CHARS_MAX, FACT_CHARS_PER_WORKER_MAX, FACTS_PER_HOST_MAX } from '../limits.ts';
import type { Announcement } from '../live/announcement.ts';
import type { HostState } from './host-table.ts';
import type { Membership } from '../model/instance.ts';
import type { Source } from './senders/source.ts';

export const NONE_PINNED: ReadonlySet<string> = new Set();

/**
 * What hosts say of themselves, and what they registered with: facts of the one kind are the senders', within
 * bounds; those of the other are pinned, and no packet changes, removes or crowds them out.
 */
export class HostFacts {
  readonly #announce: (announcement: Announcement) => void;
  /** Hosts with facts to tell. */
  readonly #changed = new Set<HostState>();
  /** Characters of all facts that are not pinned. */
  #chars = 0;

  constructor(announce: (announcement: Announcement) => void) {
    this.#announce = announce;
  }

  /**
   * Keeps a fact of that sender. A new one is told at once, a change by `tellChanges`. False: the host has as
   * many as it may, or there is no room for its words.
   */
  set(state: HostState, name: string, value: string, source: Source | undefined): boolean {
    if (state.pinned.has(name)) return true;
    const text = value.slice(0, FACT_CHARS_MAX);
    const known = state.facts.get(name);
    if (known === text) return true;
    if (known === undefined && state.facts.size - state.pinned.size >= FACTS_PER_HOST_MAX) return false;
    if (!this.#spend(state, text.length - (known?.length ?? -name.length), source)) return false;
    state.facts.set(name, text);
    if (known === undefined) this.#tell(state, name, text);
    else {
      state.unsaid.add(name);
      this.#changed.add(state);
    }
    return true;
  }

  /** A fact that is not heard any more; one that is pinned stays. */
  remove(state: HostState, name: string): void {
    if (state.pinned.has(name) || !state.facts.has(name)) return;
    this.#giveBack(state, name);
    this.#drop(state, name);
  }

  /** Pins these facts and no others: one of the same name that was a sender's is overwritten. */
  pin(state: HostState, facts: Membership['facts']): void {
    const before = state.pinned;
    if (before.size === 0 && facts.length === 0) return;
    const next = new Map(facts);
    state.pinned = new Set(next.keys());
    for (const name of before) if (!next.has(name)) this.#drop(state, name);
    for (const [name, value] of next) {
      const known = state.facts.get(name);
      if (known !== undefined && !before.has(name)) this.#giveBack(state, name);
      state.facts.set(name, value);
      const isTold = known === value && !state.unsaid.delete(name);
      if (!isTold) this.#tell(state, name, value);
    }
  }

  /** Tells facts that changed since the last call, each once however often it did. */
  tellChanges(): void {
    for (const state of this.#changed) {
      for (const name of state.unsaid) this.#tell(state, name, state.facts.get(name) ?? '');
      state.unsaid.clear();
    }
    this.#changed.clear();
  }

  /** The host leaves. */
  letGo(state: HostState): void {
    this.#changed.delete(state);
    this.#chars -= state.factChars;
    if (state.writer) state.writer.factChars = Math.max(0, state.writer.factChars - state.factChars);
  }

  /** Room for the words of facts: no sender has more of it than is left for all others. */
  #spend(state: HostState, chars: number, source: Source | undefined): boolean {
    const left = FACT_CHARS_PER_WORKER_MAX - this.#chars;
    if (chars > 0 && (source?.factChars ?? 0) + chars > left) return false;
    this.#chars += chars;
    state.factChars += chars;
    if (source) source.factChars = Math.max(0, source.factChars + chars);
    return true;
  }

  #giveBack(state: HostState, name: string): void {
    const chars = name.length + (state.facts.get(name)?.length ?? 0);
    state.factChars -= chars;
    this.#chars -= chars;
    if (state.writer) state.writer.factChars = Math.max(0, state.writer.factChars - chars);
  }

  #drop(state: HostState, name: string): void {
    state.facts.delete(name);
    state.unsaid.delete(name);
    this.#announce({ kind: 'fact-gone', hostRow: state.row, name });
  }

  #tell({ row }: HostState, name: string, value: string): void {
    this.#announce({ kind: 'fact', hostRow: row, name, value });
  }
}
