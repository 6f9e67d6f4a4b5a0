import { partsOf } from '../alert/page-parts.ts';
import { TEST_HISTORY_MAX } from '../limits.ts';
import type { Channel, SendOutcome } from '../notify/channel.ts';
import { NO_MEMORY } from '../judge/store.ts';
import type { JudgeStore } from '../judge/store.ts';
import type { JudgeReport } from '../judge/report.ts';
import type { Page } from '../model/service-state.ts';
import type { ServiceView } from '../contract/api.ts';

/** What became of a service, when its state, type or attempt changed. Times in ms after the test's start. */
export interface HistoryLine {
  readonly atMs: number;
  readonly view: ServiceView;
}

/** A page, and when it left. */
export interface SentPage {
  readonly atMs: number;
  readonly page: Page;
}

/** All that happened in a test, as it happens. */
export class Happenings {
  readonly services = new Map<string, ServiceView>();
  readonly pages: SentPage[] = [];
  /** Pages on their way. */
  pagesPending = 0;
  readonly #history = new Map<string, HistoryLine[]>();
  #lines = 0;

  /** Takes in what a turn reported. */
  take(report: Pick<JudgeReport, 'services' | 'removed' | 'pagesPending'>, atMs: number): void {
    this.pagesPending = report.pagesPending;
    for (const key of report.removed) this.services.delete(keyOf(key));
    for (const view of report.services) {
      const key = keyOf(view);
      const before = this.services.get(key);
      this.services.set(key, view);
      if (before === undefined || !isSame(before, view)) this.#note(key, { atMs, view });
    }
  }

  historyOf(view: Pick<ServiceView, 'cluster' | 'host' | 'service'>): readonly HistoryLine[] {
    return this.#history.get(keyOf(view)) ?? [];
  }

  /** A receiver that takes every page and writes down what it says of each service. `atMs`: the time by the test. */
  channel(atMs: () => number): Channel {
    return {
      send: (page: Page): Promise<SendOutcome> => {
        for (const part of partsOf(page)) {
          if (this.pages.length < TEST_HISTORY_MAX) this.pages.push({ atMs: atMs(), page: part });
        }
        return Promise.resolve({ ok: true, detail: 'written down' });
      },
    };
  }

  #note(key: string, line: HistoryLine): void {
    this.#lines += 1;
    if (this.#lines > TEST_HISTORY_MAX) return;
    const lines = this.#history.get(key);
    if (lines) lines.push(line);
    else this.#history.set(key, [line]);
  }
}

/** A memory that forgets: a test begins with nothing, and nobody reads what it leaves. */
export const FORGETFUL: JudgeStore = {
  load: () => NO_MEMORY,
  commit: () => ({ ok: true }),
};

function keyOf({ cluster, host, service }: Pick<ServiceView, 'cluster' | 'host' | 'service'>): string {
  return `${cluster}\0${host}\0${service}`;
}

function isSame(a: ServiceView, b: ServiceView): boolean {
  return a.state === b.state && a.state_type === b.state_type && a.attempt === b.attempt;
}
