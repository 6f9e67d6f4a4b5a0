import { NOTICES_PER_HOUR_MAX } from '../alert-limits.ts';
import { absenceNotice, awayMs, readSignOfLife } from '../alert/absence.ts';
import { noticePages } from '../alert/notice.ts';
import { OWN_SERVICE } from '../model/own-service.ts';
import { durationWords } from '../model/duration.ts';
import { recordEvent } from './record-event.ts';
import type { Moment, SignOfLife } from '../alert/absence.ts';
import type { Notice } from '../alert/notice.ts';
import type { Settlement } from '../model/service-state.ts';
import type { Turn } from './turn.ts';
import type { WatcherConfig } from '../contract/alerts.ts';

/** How often it is written down that the server is there. */
const SIGN_EVERY_MS = 5000;
/** A turn that is so late was none for a while. */
const LATE_MS = 15_000;
const HOUR_MS = 3_600_000;
const MARK = 'alive';
const ABOUT = { cluster: '', host: '', service: OWN_SERVICE } as const;

export interface WatcherOptions {
  readonly marks: ReadonlyMap<string, string>;
  /** The clock since the machine was started, and which start that was. */
  readonly machine: () => Omit<Moment, 'atMs'>;
}

/**
 * Watches the server itself: writes down that it is there, tells when it was not, when its turns come late,
 * and when it gives pages up.
 */
export class Watcher {
  readonly #machine: WatcherOptions['machine'];
  #last: SignOfLife | null;
  #config: WatcherConfig;
  #isFirst = true;
  #signedMs = Number.NEGATIVE_INFINITY;
  #turnUpMs = 0;
  /** Targets that pages were given up for, until one gets through. */
  readonly #lost = new Map<string, Settlement>();
  readonly #lostTold = new Set<string>();
  #noticesMs: number[] = [];

  constructor({ marks, machine }: WatcherOptions, config: WatcherConfig) {
    this.#machine = machine;
    this.#last = readSignOfLife(marks.get(MARK));
    this.#config = config;
  }

  use(config: WatcherConfig): void {
    this.#config = config;
  }

  settled(settlement: Settlement): void {
    const { receiver, kind } = settlement.page;
    if (settlement.outcome === 'delivered') {
      this.#lost.delete(receiver);
      this.#lostTold.delete(receiver);
    }
    if (settlement.outcome !== 'failed' || kind === 'test') return;
    if (!this.#lost.has(receiver)) this.#lost.set(receiver, settlement);
  }

  /** Once a turn, before it is kept. */
  turn(turn: Turn): void {
    const now = { atMs: turn.nowMs, ...this.#machine() };
    if (this.#isFirst) this.#tellAbsence(now, turn);
    else if (now.upMs - this.#turnUpMs > LATE_MS) this.#tellStall(now.upMs - this.#turnUpMs, turn);
    this.#isFirst = false;
    this.#turnUpMs = now.upMs;
    this.#tellLost(turn);
    if (Math.abs(now.upMs - this.#signedMs) < SIGN_EVERY_MS) return;
    this.#signedMs = now.upMs;
    turn.alerting.marks.set(MARK, JSON.stringify({ ...now, how: 'running' }));
  }

  /** Before the last turn's changes are kept. */
  stopped(turn: Turn): void {
    const now = { atMs: turn.nowMs, ...this.#machine() };
    turn.alerting.marks.set(MARK, JSON.stringify({ ...now, how: 'stopped' }));
  }

  #tellAbsence(now: Moment, turn: Turn): void {
    if (this.#last === null || awayMs(this.#last, now) < this.#config.downAfterMs) return;
    const notice = absenceNotice(this.#last, now);
    recordEvent(ABOUT, { state: 'DOWN', stateType: 'HARD', attempt: 1 }, notice.output, turn);
    this.#tell(notice, turn);
  }

  #tellStall(lateMs: number, turn: Turn): void {
    const text =
      `the checks stood still for ${durationWords(lateMs)}: the machine slept, or was too busy, ` +
      'or judge.db did not answer; hosts get their time to be heard again';
    recordEvent(ABOUT, { state: 'UNKNOWN', stateType: 'HARD', attempt: 1 }, text, turn);
  }

  #tellLost(turn: Turn): void {
    for (const [target, { page, detail, settledMs }] of this.#lost) {
      if (this.#lostTold.has(target)) continue;
      this.#lostTold.add(target);
      const notice: Notice = {
        title: `pages to ${target} are given up`,
        output: `a page to ${target} was given up (${page.title}): ${detail}`,
        state: 'CRITICAL',
        notes:
          `Look at receiver ${target} (script/muster receiver test ${target}). ` +
          'What was given up is among the notifications, with outcome failed.',
        sinceMs: settledMs,
        about: `lost\0${target}\0${page.key}\0${settledMs}`,
      };
      this.#tell(notice, turn, target);
    }
  }

  /** `but`: a target that would not get it. */
  #tell(notice: Notice, turn: Turn, but?: string): void {
    const { receiver } = this.#config;
    if (receiver === null || !turn.mayPage) return;
    const { nowMs, digest } = turn;
    this.#noticesMs = this.#noticesMs.filter((ms) => ms <= nowMs && nowMs - ms < HOUR_MS);
    if (this.#noticesMs.length >= NOTICES_PER_HOUR_MAX) return;
    // Of an escalation its first step: nobody acknowledges a notice.
    const { targets: reached } = turn.alerts.destinations.reach(receiver, { begun: 1, nowMs });
    const targets = reached.filter((one) => one !== but && turn.alerts.targets.has(one));
    if (targets.length === 0) return;
    this.#noticesMs.push(nowMs);
    turn.pages.push(...noticePages(notice, targets, { nowMs, digest }));
  }
}
