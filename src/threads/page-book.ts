import { durationWords } from '../model/duration.ts';
import type { HandlerStats, JudgeStats, NotificationCount } from '../contract/stats.ts';
import type { JudgeReport } from '../judge/report.ts';
import type { LaneFigures } from '../notify/lane.ts';

/** A receiver that fails for less long is tried again, and nobody has to do anything yet. */
const NOTED_AFTER_MS = 60_000;

/** What the judge reported of pages, receivers and event handlers, put together on the main thread. */
export class PageBook {
  /** Why the heartbeat does not get through; null: it does, or there is none. */
  heartbeat: string | null = null;
  readonly #notifications = new Map<string, NotificationCount>();
  readonly #handlers = new Map<string, HandlerStats>();
  readonly #took = new Map<string, { pages: number; ms: number }>();
  #lanes: readonly LaneFigures[] = [];

  absorb(report: Pick<JudgeReport, 'notifications' | 'deliveries' | 'handlers' | 'lanes'>): void {
    this.#lanes = report.lanes;
    for (const { receiver, outcome, count } of report.notifications) {
      const key = `${receiver}\0${outcome}`;
      const before = this.#notifications.get(key)?.count ?? 0;
      this.#notifications.set(key, { receiver, outcome, count: before + count });
    }
    for (const { receiver, pages, ms } of report.deliveries) {
      const before = this.#took.get(receiver) ?? { pages: 0, ms: 0 };
      this.#took.set(receiver, { pages: before.pages + pages, ms: before.ms + ms });
    }
    for (const { handler, outcome, count } of report.handlers) {
      const key = `${handler}\0${outcome}`;
      const before = this.#handlers.get(key)?.count ?? 0;
      this.#handlers.set(key, { handler, outcome, count: before + count });
    }
  }

  figures(): Pick<JudgeStats, 'notifications' | 'targets' | 'handlers'> {
    return {
      notifications: [...this.#notifications.values()],
      handlers: [...this.#handlers.values()],
      targets: this.#lanes.map(({ target, pending, state }) => {
        const { pages, ms } = this.#took.get(target) ?? { pages: 0, ms: 0 };
        const failing = state === 'failing';
        return { receiver: target, pending, failing, delivered: pages, seconds: ms / 1000 };
      }),
    };
  }

  /** What an operator should know, in words; nothing while pages arrive. */
  notes(nowMs: number): string[] {
    const failing = this.#lanes.flatMap(({ target, failingSinceMs, pending, fault }) => {
      const longMs = failingSinceMs === null ? 0 : nowMs - failingSinceMs;
      if (longMs < NOTED_AFTER_MS) return [];
      const waiting = pending === 1 ? '1 page waits' : `${pending} pages wait`;
      return [`receiver ${target} has failed for ${durationWords(longMs)}, ${waiting}: ${fault}`];
    });
    const heartbeat =
      this.heartbeat === null ? [] : [`the heartbeat does not get through: ${this.heartbeat}`];
    return [...failing, ...heartbeat];
  }
}
