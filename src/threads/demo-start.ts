import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The second of the demo's first start in this data directory, from which its story is told. */
export function firstStartS(dataDir: string): number {
  const file = join(dataDir, 'demo.json');
  try {
    const { first_start_s: known } = JSON.parse(readFileSync(file, 'utf8')) as { first_start_s?: unknown };
    if (Number.isSafeInteger(known)) return known as number;
  } catch {
    // The first start, or a file that somebody has spoilt: the story begins now.
  }
  const nowS = Math.floor(Date.now() / 1000);
  writeFileSync(file, `${JSON.stringify({ first_start_s: nowS })}\n`, { mode: 0o600 });
  return nowS;
}
