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

/** The local day, as a heading: `Saturday 21 November 2026`. */
export function formatDay(epochMs: number): string {
  return days.format(epochMs);
}
