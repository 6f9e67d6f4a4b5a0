import { kindName } from '../../model/kind.ts';
import { heartbeatS, stepS } from '../../model/record.ts';
import { sinceFirstS } from '../rows.ts';
import { archivesOf } from './archives.ts';
import { quoted } from './path.ts';
import { sourceNames } from './source-names.ts';
import type { ArchiveSet } from '../../contract/config.ts';
import type { DataSource, RecordDescription } from '../../model/record.ts';

/** What a new file says of time, in seconds. */
interface Timing {
  readonly stepS: number;
  /** Without a value for so long it is unknown. */
  readonly heartbeatS: number;
  /** Nothing is known up to here. */
  readonly startS: number;
}

const GMETAD_STEP_S = 15;
/** No file begins before September 2001: a start of fewer digits RRDtool takes for a date, or 0 for now. */
export const EARLIEST_S = 1_000_000_000;

/**
 * Ours begin a whole row before the first point, so that it tells; collectd's and gmetad's a second before,
 * as theirs do: their first value seldom fills a row.
 */
function timing(record: RecordDescription, set: ArchiveSet, firstS: number): Timing {
  const startS = Math.max(EARLIEST_S, firstS - 1);
  switch (set) {
    case 'collectd':
      return { stepS: stepS(record), heartbeatS: Math.max(1, Math.round(2 * record.intervalS)), startS };
    case 'gmetad':
      return { stepS: GMETAD_STEP_S, heartbeatS: 8 * GMETAD_STEP_S, startS };
    default:
      return {
        stepS: stepS(record),
        heartbeatS: Math.ceil(heartbeatS(record)),
        startS: Math.max(EARLIEST_S, sinceFirstS(record, firstS)),
      };
  }
}

/**
 * The command that creates a record's file, ready for a first point at `firstS`, and the file's heartbeat.
 * Never replaces a file.
 */
export function createCommand(
  path: string,
  record: RecordDescription,
  { set, firstS }: { readonly set: ArchiveSet; readonly firstS: number },
): { readonly line: string; readonly heartbeatS: number } {
  const { stepS: step, heartbeatS: heartbeat, startS } = timing(record, set, firstS);
  const { archives, unknownShare } = archivesOf(set, step);
  const names = sourceNames(record);
  const sources = record.sources.map((source, i) => `DS:${names[i]}:${typeAndBounds(source, heartbeat)}`);
  const rras = archives.map((rra) => `RRA:${rra.cf}:${unknownShare}:${rra.stepS / step}:${rra.rows}`);
  const line = [
    `create ${quoted(path)} --no-overwrite --step ${step} --start ${startS}`,
    ...sources,
    ...rras,
  ].join(' ');
  return { line, heartbeatS: heartbeat };
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
