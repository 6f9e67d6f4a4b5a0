export interface ThresholdLine {
  readonly value: number;
  /** Where the alert begins. */
  readonly side: 'above' | 'below';
}

/**
 * The bounds a Nagios plugin range names, as lines for a chart: `10` and `0:10` → 10, `5:10` → both, `10:` →
 * 10, `~:10` → 10, each with the side that alerts. Zero as an implied lower bound is no line.
 */
export function thresholdLines(range: string): ThresholdLine[] {
  const inside = range.trim().startsWith('@');
  const text = range.trim().replace(/^@/, '');
  if (text === '') return [];
  const [low, high] = text.includes(':') ? text.split(':', 2) : ['0', text];
  const lines: ThresholdLine[] = [];
  const lower = low === '~' || low === '' ? Number.NaN : Number(low);
  if (Number.isFinite(lower) && lower !== 0) lines.push({ value: lower, side: inside ? 'above' : 'below' });
  const upper = high === undefined || high === '' ? Number.NaN : Number(high);
  if (Number.isFinite(upper)) lines.push({ value: upper, side: inside ? 'below' : 'above' });
  return lines;
}
