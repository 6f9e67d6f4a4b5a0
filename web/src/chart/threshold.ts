/**
 * The bounds a Nagios plugin range names, as lines for a chart: `10` and `0:10` → 10, `5:10` → both, `10:` →
 * 10, `~:10` → 10. Zero as an implied lower bound is no line.
 */
export function thresholdLines(range: string): number[] {
  const text = range.trim().replace(/^@/, '');
  if (text === '') return [];
  const [low, high] = text.includes(':') ? text.split(':', 2) : ['0', text];
  const lines: number[] = [];
  const lower = low === '~' || low === '' ? Number.NaN : Number(low);
  if (Number.isFinite(lower) && lower !== 0) lines.push(lower);
  const upper = high === undefined || high === '' ? Number.NaN : Number(high);
  if (Number.isFinite(upper)) lines.push(upper);
  return lines;
}
