import { DAY_MS } from './calendar.ts';

/** A stretch of time in which the clocks of a zone are ahead of UTC by the same; epoch ms. */
export interface OffsetSpan {
  readonly fromMs: number;
  /** The first moment after it. */
  readonly untilMs: number;
  readonly offsetMs: number;
}

/** Days whose offsets are remembered, a zone: eleven years. */
const DAYS_KEPT_MAX = 4096;
const SECOND_MS = 1000;

/** The clocks of one time zone. Reads none itself: it knows how they go. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  readonly #spans = new Map<number, readonly OffsetSpan[]>();

  constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  /**
   * The stretch around a moment, at most a day of UTC long. Clocks that are moved twice within a day of UTC
   * are not a case.
   */
  spanAt(epochMs: number): OffsetSpan {
    const day = Math.floor(epochMs / DAY_MS);
    const spans = this.#spansOf(day);
    return spans.find(({ untilMs }) => epochMs < untilMs) ?? spans[0] ?? this.#plain(day);
  }

  #spansOf(day: number): readonly OffsetSpan[] {
    let spans = this.#spans.get(day);
    if (spans === undefined) {
      spans = this.#findSpans(day);
      if (this.#spans.size >= DAYS_KEPT_MAX) this.#spans.clear();
      this.#spans.set(day, spans);
    }
    return spans;
  }

  #findSpans(day: number): readonly OffsetSpan[] {
    const whole = this.#plain(day);
    const after = this.#offsetOfDay(day + 1);
    if (after === whole.offsetMs) return [whole];
    let early = whole.fromMs;
    let late = whole.untilMs;
    while (late - early > SECOND_MS) {
      const middle = early + Math.floor((late - early) / 2 / SECOND_MS) * SECOND_MS;
      if (this.#measure(middle) === whole.offsetMs) early = middle;
      else late = middle;
    }
    const moved = { fromMs: late, untilMs: whole.untilMs, offsetMs: after };
    return late === whole.untilMs ? [whole] : [{ ...whole, untilMs: late }, moved];
  }

  #plain(day: number): OffsetSpan {
    const fromMs = day * DAY_MS;
    return { fromMs, untilMs: fromMs + DAY_MS, offsetMs: this.#offsetOfDay(day) };
  }

  #offsetOfDay(day: number): number {
    let offset = this.#offsets.get(day);
    if (offset === undefined) {
      offset = this.#measure(day * DAY_MS);
      if (this.#offsets.size >= DAYS_KEPT_MAX) this.#offsets.clear();
      this.#offsets.set(day, offset);
    }
    return offset;
  }

  /** What a clock on the wall shows, less what one in Greenwich does. */
  #measure(epochMs: number): number {
    const shown = this.#format.format(epochMs).match(/\d+/g) ?? [];
    const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = shown.map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second) - epochMs;
  }
}

/** Null: there is no such zone. Empty: the one this process runs in. */
export function openTimeZone(name: string): TimeZone | null {
  const numeric = 'numeric';
  try {
    const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      ...(name === '' ? {} : { timeZone: name }),
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    });
    return new TimeZone(format);
  } catch {
    return null;
  }
}

/** IANA names, for "did you mean". */
export function timeZoneNames(): readonly string[] {
  return Intl.supportedValuesOf('timeZone');
}
