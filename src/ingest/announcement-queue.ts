import type { Announcement } from '../live/announcement.ts';

/** Let go of what was taken when it is so much, and half of all. */
const TAKEN_MAX = 10_000;

/**
 * Announcements on their way, in order. As long as what they are about: each record, host and fact is told of
 * once when it is new, so their budgets bound this, too.
 */
export class AnnouncementQueue {
  #waiting: Announcement[] = [];
  #taken = 0;

  get length(): number {
    return this.#waiting.length - this.#taken;
  }

  push(announcement: Announcement): void {
    this.#waiting.push(announcement);
  }

  /** The oldest, at most `max`. */
  take(max: number): Announcement[] {
    const taken = this.#waiting.slice(this.#taken, this.#taken + max);
    this.#taken += taken.length;
    const isMost = this.#taken > TAKEN_MAX && this.#taken * 2 > this.#waiting.length;
    if (isMost || this.#taken === this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return taken;
  }
}
