import type { DeliveryTimes, NotificationCount, PageFailure, ReceiverChange } from './report.ts';
import type { Page, Settlement } from '../model/service-state.ts';

/** Pages failed for good that one report names. */
const FAILURES_REPORTED_MAX = 100;

interface News {
  /** What happened to pages since the report before. */
  readonly notifications: readonly NotificationCount[];
  readonly failures: readonly PageFailure[];
  readonly receivers: readonly ReceiverChange[];
  /** How long pages that arrived took, from being made. */
  readonly deliveries: readonly DeliveryTimes[];
}

/** What became of pages, gathered from report to report. */
export class PageNews {
  #counts = new Map<string, NotificationCount>();
  #failures: PageFailure[] = [];
  #changes: ReceiverChange[] = [];
  #deliveries = new Map<string, DeliveryTimes>();
  /** Receivers whose last attempt failed. */
  readonly #troubled = new Set<string>();

  queued(page: Page): void {
    this.#count(page.receiver, 'queued');
  }

  settled({ page, outcome, detail, settledMs }: Settlement): void {
    const { receiver, key, kind, cluster, host, service } = page;
    this.#count(receiver, outcome);
    if (outcome === 'failed' && this.#failures.length < FAILURES_REPORTED_MAX) {
      this.#failures.push({ receiver, key, kind, cluster, host, service, detail });
    }
    // It was taken back: that says nothing of its receiver.
    if (outcome === 'superseded') return;
    const isWell = outcome === 'delivered';
    if (isWell) this.#arrived(receiver, Math.max(0, settledMs - page.createdMs));
    if (isWell !== this.#troubled.has(receiver)) return;
    if (isWell) this.#troubled.delete(receiver);
    else this.#troubled.add(receiver);
    this.#changes.push({ receiver, isWell, detail });
  }

  take(): News {
    const news = {
      notifications: [...this.#counts.values()],
      failures: this.#failures,
      receivers: this.#changes,
      deliveries: [...this.#deliveries.values()],
    };
    this.#counts = new Map();
    this.#failures = [];
    this.#changes = [];
    this.#deliveries = new Map();
    return news;
  }

  #arrived(receiver: string, tookMs: number): void {
    const { pages = 0, ms = 0 } = this.#deliveries.get(receiver) ?? {};
    this.#deliveries.set(receiver, { receiver, pages: pages + 1, ms: ms + tookMs });
  }

  #count(receiver: string, outcome: NotificationCount['outcome']): void {
    const key = `${receiver}\0${outcome}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { receiver, outcome, count });
  }
}
