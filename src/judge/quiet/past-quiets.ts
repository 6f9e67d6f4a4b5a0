import { quietView } from './quiet-views.ts';
import { QUIETS_KEPT_MAX } from '../../alert-limits.ts';
import type { Quiet } from '../../model/quiet.ts';
import type { QuietView } from '../../contract/alert-views.ts';

/** So many of them are listed, the newest first. */
const LISTED_MAX = 1000;

/** Downtimes and silences that are over or were undone, in the order in which they came to that. */
export class PastQuiets {
  readonly #past: Map<string, Quiet>;

  constructor(kept: readonly Quiet[]) {
    const byEnd = kept.toSorted((a, b) => endOf(a) - endOf(b));
    this.#past = new Map(byEnd.map((quiet) => [quiet.id, quiet]));
  }

  /** Answers with the ids of those that are forgotten for it. */
  add(quiet: Quiet): string[] {
    this.#past.set(quiet.id, quiet);
    const dropped: string[] = [];
    for (const id of this.#past.keys()) {
      if (this.#past.size <= QUIETS_KEPT_MAX) break;
      this.#past.delete(id);
      dropped.push(id);
    }
    return dropped;
  }

  views(sort: 'downtime' | 'silence'): QuietView[] {
    const wanted = [...this.#past.values()].filter(
      ({ time }) => (time.kind === 'silence') === (sort === 'silence'),
    );
    const newest = wanted.slice(-LISTED_MAX).toReversed();
    return newest.map((quiet) => quietView(quiet, quiet.endedMs === null ? 'over' : 'ended', 0));
  }
}

function endOf({ endedMs, time, createdMs }: Quiet): number {
  return endedMs ?? time.toMs ?? createdMs;
}
