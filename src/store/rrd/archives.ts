import type { ArchiveSet, ArchiveWish } from '../../contract/config.ts';

/** One RRA: rows of `stepS` seconds each. */
export interface Archive {
  readonly cf: 'AVERAGE' | 'MIN' | 'MAX' | 'LAST';
  readonly stepS: number;
  readonly rows: number;
}

/** A file's archives, and the share of a row that may be unknown before the row is (RRDtool's xff). */
export interface Archives {
  readonly archives: readonly Archive[];
  readonly unknownShare: number;
}

const HOUR_S = 3600;
const DAY_S = 86_400;

const BAND = ['AVERAGE', 'MIN', 'MAX'] as const;
const FINEST_KEEP_S = 6 * HOUR_S;
const COARSER = [
  { stepS: 60, keepS: 2 * DAY_S },
  { stepS: 600, keepS: 14 * DAY_S },
  { stepS: 2 * HOUR_S, keepS: 90 * DAY_S },
  { stepS: DAY_S, keepS: 730 * DAY_S },
] as const;

/**
 * The default archives: every sample for six hours, then 1 min × 2 d, 10 min × 2 w, 2 h × 90 d and 1 d × 2 y
 * with MIN and MAX beside AVERAGE. A resolution that is no multiple of the step is rounded up to one; where
 * the step is as coarse as an archive, the samples themselves are kept for that archive's time.
 */
export function defaultArchives(step: number): readonly Archive[] {
  const finestKeepS = COARSER.reduce(
    (keepS, archive) => (archive.stepS <= step ? archive.keepS : keepS),
    FINEST_KEEP_S,
  );
  const coarser = COARSER.filter((archive) => archive.stepS > step).flatMap(({ stepS, keepS }) =>
    BAND.map((cf) => roundedUp(cf, { stepS, keepS }, step)),
  );
  return [roundedUp('AVERAGE', { stepS: step, keepS: finestKeepS }, step), ...coarser];
}

/**
 * The archives somebody listed. Where two of one kind become as coarse as each other by rounding up to a
 * multiple of the step, the one kept longer stays.
 */
export function listedArchives(wishes: readonly ArchiveWish[], step: number): readonly Archive[] {
  const chosen = new Map<string, Archive>();
  for (const { cf, stepMs, keepMs } of wishes) {
    const archive = roundedUp(cf, { stepS: stepMs / 1000, keepS: keepMs / 1000 }, step);
    const key = `${cf} ${archive.stepS}`;
    if (archive.rows > (chosen.get(key)?.rows ?? 0)) chosen.set(key, archive);
  }
  return [...chosen.values()];
}

function roundedUp(
  cf: Archive['cf'],
  { stepS: wantedS, keepS }: { readonly stepS: number; readonly keepS: number },
  step: number,
): Archive {
  const stepS = Math.ceil(wantedS / step) * step;
  return { cf, stepS, rows: Math.ceil(keepS / stepS) };
}

const COLLECTD_ROWS = 1200;
const COLLECTD_SPANS_S = [HOUR_S, DAY_S, 7 * DAY_S, 31 * DAY_S, 366 * DAY_S] as const;

/** Those of collectd's rrdtool plugin with its own defaults: an hour to a year in some 1200 rows each. */
export function collectdArchives(step: number): readonly Archive[] {
  return COLLECTD_SPANS_S.flatMap((wantedS, i) => {
    const spanS = Math.max(wantedS, step * COLLECTD_ROWS);
    const stepS = step * (i === 0 ? 1 : Math.floor(spanS / (COLLECTD_ROWS * step)));
    return BAND.map((cf) => ({ cf, stepS, rows: Math.ceil(spanS / stepS) }));
  });
}

/** gmetad's: a day of its steps, two weeks of four steps each, a year of forty. */
export function gmetadArchives(step: number): readonly Archive[] {
  return [
    { cf: 'AVERAGE', stepS: step, rows: 5856 },
    { cf: 'AVERAGE', stepS: 4 * step, rows: 20_160 },
    { cf: 'AVERAGE', stepS: 40 * step, rows: 52_704 },
  ];
}

/** The archives of a set for files of this step, in seconds. */
export function archivesOf(set: ArchiveSet, step: number): Archives {
  switch (set) {
    case 'default':
      return { archives: defaultArchives(step), unknownShare: 0.5 };
    case 'collectd':
      return { archives: collectdArchives(step), unknownShare: 0.1 };
    case 'gmetad':
      return { archives: gmetadArchives(step), unknownShare: 0.5 };
    default:
      return { archives: listedArchives(set, step), unknownShare: 0.5 };
  }
}
