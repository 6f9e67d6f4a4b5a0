import { kindName } from '../../model/kind.ts';
import { heartbeatS, stepS } from '../../model/record.ts';
import { sinceFirstS } from '../rows.ts';
import { quoted } from './path.ts';
import { sourceNames } from './source-names.ts';
import type { DataSource, RecordDescription } from '../../model/record.ts';

/** One RRA: rows of `stepS` seconds each. */
export interface Archive {
  readonly cf: 'AVERAGE' | 'MIN' | 'MAX';
  readonly stepS: number;
  readonly rows: number;
}

const HOUR_S = 3600;
const DAY_S = 86_400;
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
  const finest: Archive = { cf: 'AVERAGE', stepS: step, rows: Math.ceil(finestKeepS / step) };
  const coarser = COARSER.filter((archive) => archive.stepS > step).flatMap(({ stepS: wanted, keepS }) => {
    const rounded = Math.ceil(wanted / step) * step;
    const rows = Math.ceil(keepS / rounded);
    return (['AVERAGE', 'MIN', 'MAX'] as const).map((cf) => ({ cf, stepS: rounded, rows }));
  });
  return [finest, ...coarser];
}

/** The command that creates a record's file, ready for a first point at `firstS`. Never replaces a file. */
export function createCommand(
  path: string,
  record: RecordDescription,
  firstS: number,
  archivesFor: (step: number) => readonly Archive[],
): string {
  const step = stepS(record);
  const heartbeat = Math.ceil(heartbeatS(record));
  const names = sourceNames(record);
  const sources = record.sources.map((source, i) => `DS:${names[i]}:${typeAndBounds(source, heartbeat)}`);
  const archives = archivesFor(step).map((rra) => `RRA:${rra.cf}:0.5:${rra.stepS / step}:${rra.rows}`);
  return [
    `create ${quoted(path)} --no-overwrite --step ${step} --start ${sinceFirstS(record, firstS)}`,
    ...sources,
    ...archives,
  ].join(' ');
}

/** rrdtool refuses a file whose minimum is not below its maximum: such bounds are left out. */
function typeAndBounds(source: DataSource, heartbeat: number): string {
  const { min, max } = source;
  const absurd = min !== null && max !== null && !(min < max);
  const [low, high] = absurd ? [null, null] : [min, max];
  return `${kindName(source.kind).toUpperCase()}:${heartbeat}:${bound(low)}:${bound(high)}`;
}

function bound(value: number | null): string {
  return value === null || !Number.isFinite(value) ? 'U' : String(value);
}
