import type { Archive } from './archives.ts';

/**
 * What to read of a file: rows of one archive, put together to rows of `widthS`. All but `stepS`, the
 * archive's own, are multiples of `widthS`, so that equal plans give equal rows.
 */
export interface ReadPlan {
  readonly stepS: number;
  readonly widthS: number;
  readonly startS: number;
  readonly endS: number;
}

/** What a plan has to know of a file: its archives, and the second it has been written through. */
interface Written {
  readonly archives: readonly Archive[];
  readonly lastS: number;
}

/**
 * Chooses the archive to read: of those that reach back to `fromS` the coarsest that still gives `points`
 * rows, else the finest; when none reaches so far, the one that reaches furthest. More rows than `points` are
 * put together. Undefined where the file holds nothing of that time.
 */
export function planRead(
  file: Written,
  { fromS, toS, points }: { fromS: number; toS: number; points: number },
): ReadPlan | undefined {
  const chosen = chooseArchive(file, fromS, (toS - fromS) / Math.max(1, points));
  if (!chosen || toS <= fromS) return undefined;
  const { stepS } = chosen;
  const count = Math.ceil(toS / stepS) - Math.floor(fromS / stepS);
  const widthS = stepS * (count <= points ? 1 : Math.ceil(count / Math.max(1, points - 1)));
  // rrdtool drops the part of a row that an archive begins with.
  const beginsS = Math.ceil(beginS(chosen, file.lastS) / widthS) * widthS;
  const startS = Math.max(Math.floor(fromS / widthS) * widthS, beginsS);
  const endS = Math.ceil(toS / widthS) * widthS;
  return endS > startS ? { stepS, widthS, startS, endS } : undefined;
}

/**
 * The step of the archive whose rows make whole ones of `widthS` from `startS` on; undefined where none does.
 * Two or more to a row if there are such, as planRead comes to: then a row half of which is unknown is the
 * same however it is read.
 */
export function foldableStepS(file: Written, startS: number, widthS: number): number | undefined {
  const steps = file.archives
    .filter((archive) => archive.cf === 'AVERAGE' && beginS(archive, file.lastS) <= startS)
    .map(({ stepS }) => stepS)
    .filter((stepS) => widthS % stepS === 0);
  const inside = steps.filter((stepS) => stepS < widthS);
  return inside.length > 0 ? Math.max(...inside) : steps[0];
}

function chooseArchive(file: Written, fromS: number, wantedS: number): Archive | undefined {
  const wish = { lastS: file.lastS, fromS, wantedS };
  let best: Archive | undefined;
  for (const archive of file.archives) {
    if (archive.cf === 'AVERAGE' && (!best || isBetter(archive, best, wish))) best = archive;
  }
  return best;
}

function beginS(archive: Archive, lastS: number): number {
  return (Math.floor(lastS / archive.stepS) - archive.rows) * archive.stepS;
}

function isBetter(a: Archive, b: Archive, wish: { lastS: number; fromS: number; wantedS: number }): boolean {
  const aCovers = beginS(a, wish.lastS) <= wish.fromS;
  const bCovers = beginS(b, wish.lastS) <= wish.fromS;
  if (aCovers !== bCovers) return aCovers;
  if (!aCovers) return beginS(a, wish.lastS) < beginS(b, wish.lastS);
  const aSuffices = a.stepS <= wish.wantedS;
  const bSuffices = b.stepS <= wish.wantedS;
  if (aSuffices !== bSuffices) return aSuffices;
  return aSuffices ? a.stepS > b.stepS : a.stepS < b.stepS;
}
