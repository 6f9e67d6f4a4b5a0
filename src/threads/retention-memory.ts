import { readFileSync } from 'node:fs';
import { GROUPS_EVER_MAX } from '../limits.ts';
import { writeWhole } from '../ops/whole-file.ts';
import type { WatchedBefore } from '../ops/watched-time.ts';

interface Remembered {
  /** Undefined before the first run, and where the file is damaged: then the watching begins anew. */
  readonly watched: WatchedBefore | undefined;
  /** Groups this server has had: what lies beside their trees is none of ours. */
  readonly clusters: readonly string[];
}

/** Reads retention.json. Never throws: what is not understood is as if it were not there. */
export function recallRetention(file: string): Remembered {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const { since_ms: sinceMs, looked_ms: lookedMs, clusters } = kept;
    const isWhole = isTime(sinceMs) && isTime(lookedMs) && Array.isArray(clusters);
    if (!isWhole) return { watched: undefined, clusters: [] };
    return { watched: { sinceMs, lookedMs }, clusters: clusters.filter((one) => typeof one === 'string') };
  } catch {
    return { watched: undefined, clusters: [] };
  }
}

/** Writes retention.json; throws what the file system says. */
export function keepRetention(file: string, watched: WatchedBefore, clusters: Iterable<string>): void {
  const kept = {
    since_ms: watched.sinceMs,
    looked_ms: watched.lookedMs,
    clusters: [...clusters].slice(-GROUPS_EVER_MAX),
  };
  writeWhole(file, `${JSON.stringify(kept)}\n`);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
