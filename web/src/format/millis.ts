import { threeDigits, UNKNOWN } from './number.ts';

const SPACE = '\u00a0';

/** How long something took: `0.42 ms`, `12 ms`, `3.40 s`. Nothing at all, or not known: `0 ms`, a dash. */
export function millisWords(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN;
  if (ms <= 0) return `0${SPACE}ms`;
  if (ms < 0.01) return `<${SPACE}0.01${SPACE}ms`;
  if (ms < 10) return `${ms.toFixed(2)}${SPACE}ms`;
  if (ms < 1000) return `${Math.round(ms)}${SPACE}ms`;
  return `${threeDigits(ms / 1000)}${SPACE}s`;
}
