const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const days = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** Local time of day: `13:41:02`. */
export function formatClock(epochMs: number): string {
  return clock.format(epochMs);
}

const times = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' });
const datedTimes = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** Local time to the minute, with the day where that is not today's: `14:05`, `23 Nov, 14:05`. */
export function formatTime(epochMs: number, nowMs: number): string {
  const isToday = formatDay(epochMs) === formatDay(nowMs);
  return (isToday ? times : datedTimes).format(epochMs);
}

/** The local day, as a heading: `Saturday 21 November 2026`. */
export function formatDay(epochMs: number): string {
  return days.format(epochMs);
}
