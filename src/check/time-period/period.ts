import { DAY_MS } from './calendar.ts';
import { timesOfDay } from './period-days.ts';
import type { DayRule, TimeRange } from './period-days.ts';
import type { TimeZone } from './time-zone.ts';

/** How far ahead is looked: a 29th of february is at most eight years away. */
const SEARCH_MS = 3653 * DAY_MS;
const MINUTE_MS = 60_000;
const DAY_S = 86_400;
/** Beyond it JavaScript has no dates. */
const EPOCH_MS_MAX = 8e15;

/** Whether moments are in a period, for a stretch of time in which that stays so (and perhaps after it). */
interface Answer {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly includes: boolean;
}

/** What was found from a moment on, so that the next question does not search again. */
interface Found {
  readonly fromMs: number;
  readonly goodUntilMs: number;
  readonly atMs: number | null;
}

const NOTHING: Answer = { fromMs: 0, untilMs: 0, includes: false };
const NOT_FOUND: Found = { fromMs: 0, goodUntilMs: 0, atMs: null };

/** One compiled time period. `rules`: from `ordered`. */
export class Period {
  readonly #zone: TimeZone;
  readonly #rules: readonly DayRule[];
  readonly #excluded: readonly Period[];
  #answer = NOTHING;
  #next = NOT_FOUND;
  #change = NOT_FOUND;
  #day = Number.NaN;
  #times: readonly TimeRange[] = [];

  constructor(parts: { zone: TimeZone; rules: readonly DayRule[]; excluded: readonly Period[] }) {
    this.#zone = parts.zone;
    this.#rules = parts.rules;
    this.#excluded = parts.excluded;
  }

  includes(epochMs: number): boolean {
    return this.#answerAt(epochMs).includes;
  }

  nextValid(epochMs: number): number | null {
    if (this.includes(epochMs)) return epochMs;
    if (!isKnown(this.#next, epochMs)) this.#next = found(epochMs, this.#searchValid(epochMs));
    return this.#next.atMs;
  }

  until(epochMs: number): number | null {
    if (!isKnown(this.#change, epochMs)) {
      this.#change = found(epochMs, this.#search(epochMs, !this.includes(epochMs)));
    }
    return this.#change.atMs;
  }

  /** What an excluded period leaves begins a second after it: at the next whole minute, as in Nagios. */
  #searchValid(epochMs: number): number | null {
    let at = this.#search(epochMs, true);
    while (at !== null && at % MINUTE_MS !== 0) {
      const minute = Math.ceil(at / MINUTE_MS) * MINUTE_MS;
      at = this.includes(minute) ? minute : this.#search(minute, true);
    }
    return at;
  }

  /** The first moment not before `epochMs` of which the answer is `wanted`. */
  #search(epochMs: number, wanted: boolean): number | null {
    let at = epochMs;
    while (at < epochMs + SEARCH_MS && Math.abs(at) < EPOCH_MS_MAX) {
      const answer = this.#answerAt(at);
      if (answer.includes === wanted) return at;
      at = answer.untilMs;
    }
    return null;
  }

  #answerAt(epochMs: number): Answer {
    const { fromMs, untilMs } = this.#answer;
    if (epochMs >= fromMs && epochMs < untilMs) return this.#answer;
    if (!(Math.abs(epochMs) < EPOCH_MS_MAX)) return NOTHING;
    this.#answer = this.#without(this.#ownAnswer(epochMs));
    return this.#answer;
  }

  #without(own: Answer): Answer {
    if (!own.includes) return own;
    let { untilMs } = own;
    for (const period of this.#excluded) {
      const other = period.#answerAt(own.fromMs);
      if (other.includes) return { ...own, untilMs: other.untilMs, includes: false };
      untilMs = Math.min(untilMs, other.untilMs);
    }
    return { ...own, untilMs };
  }

  /**
   * By the clock on the wall, within a local day and until the clocks are moved: an hour that they skip is in
   * no range, one they repeat is twice.
   */
  #ownAnswer(epochMs: number): Answer {
    const span = this.#zone.spanAt(epochMs);
    const wallMs = epochMs + span.offsetMs;
    const day = Math.floor(wallMs / DAY_MS);
    const midnightMs = day * DAY_MS - span.offsetMs;
    const second = Math.floor((wallMs - day * DAY_MS) / 1000);
    const { includes, untilS } = inTimes(this.#timesOf(day), second);
    return { fromMs: epochMs, untilMs: Math.min(midnightMs + untilS * 1000, span.untilMs), includes };
  }

  #timesOf(day: number): readonly TimeRange[] {
    if (day !== this.#day) {
      this.#day = day;
      this.#times = timesOfDay(this.#rules, day);
    }
    return this.#times;
  }
}

/** `times`: by their starts. The last second of a range belongs to it. */
function inTimes(times: readonly TimeRange[], second: number): { includes: boolean; untilS: number } {
  const inside = times.find(({ fromS, toS }) => second >= fromS && second <= toS);
  if (inside !== undefined) return { includes: true, untilS: Math.min(inside.toS + 1, DAY_S) };
  const next = times.find(({ fromS }) => fromS > second);
  return { includes: false, untilS: Math.min(next?.fromS ?? DAY_S, DAY_S) };
}

function isKnown({ fromMs, goodUntilMs }: Found, epochMs: number): boolean {
  return epochMs >= fromMs && epochMs < goodUntilMs;
}

/** Of what is never, the next question may come a day later. */
function found(fromMs: number, atMs: number | null): Found {
  return { fromMs, atMs, goodUntilMs: atMs ?? fromMs + DAY_MS };
}
