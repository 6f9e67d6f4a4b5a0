/** Times on screen are the browser's; where they are told exactly, the difference from UTC stands beside. */
const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clocks = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `19 Nov 2026, 08:12:41 UTC+01:00`. */
export function exactInstant(epochMs: number): string {
  return `${dates.format(epochMs)}, ${clocks.format(epochMs)} ${utcOffset(epochMs)}`;
}

function two(part: number): string {
  return String(Math.floor(part)).padStart(2, '0');
}

/** `UTC`, `UTC+05:30`; it changes with the season. */
export function utcOffset(epochMs: number): string {
  const minutes = -new Date(epochMs).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}

/** What a `datetime-local` field takes, local time: `2026-11-19T08:12:41`. */
export function localField(epochS: number): string {
  const date = new Date(epochS * 1000);
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Epoch seconds of such a field; NaN where it is empty or no time. */
export function fieldSeconds(text: string): number {
  return Math.floor(new Date(text).getTime() / 1000);
}

/** `at 13:40`, with the day where it is not today. */
export function atWords(atS: number, nowMs: number): string {
  const day = dates.format(atS * 1000) === dates.format(nowMs) ? '' : `${spanDays.format(atS * 1000)}, `;
  return `at ${day}${spanMinutes.format(atS * 1000)}`;
}

const spanDays = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const spanMinutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
/** Below this a span is told to the second. */
const SHORT_SPAN_S = 600;

/** `19 Nov, 08:12 – 09:12`; the day again where it is another one. */
export function spanWords(fromS: number, toS: number): string {
  const clock = toS - fromS < SHORT_SPAN_S ? clocks : spanMinutes;
  const [fromDay, toDay] = [spanDays.format(fromS * 1000), spanDays.format(toS * 1000)];
  const sameDay = dates.format(fromS * 1000) === dates.format(toS * 1000);
  const end = clock.format(toS * 1000);
  return `${fromDay}, ${clock.format(fromS * 1000)} – ${sameDay ? end : `${toDay}, ${end}`}`;
}
