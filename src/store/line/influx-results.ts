import { oneLine } from './read-http.ts';
import type { LineNaming } from '../../contract/config.ts';

/** A series, or a part of it, as InfluxDB's JSON has it. */
export interface Found {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  /** The time first. */
  readonly values: (readonly unknown[])[];
  /** It goes on in the next part. */
  partial?: boolean;
}

/** What came of one statement; of a part, what it adds. */
export interface Result {
  /** A number, if it is a database that answers. */
  readonly statement_id?: unknown;
  error?: string;
  readonly series?: Found[];
  /** There is another part. */
  partial?: boolean;
}

/** By statement. An answer comes in parts, a line each. Throws where it is no such JSON. */
export function resultsOf(text: string, integers: LineNaming['integers']): readonly Result[] {
  const results: Result[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const answer = parsed(line, integers);
    if (!answer.results) return [{ error: answer.error ?? 'an answer without results' }];
    for (const part of answer.results) {
      const result = (results[Number(part.statement_id ?? 0)] ??= { series: [] });
      addPart(result, part);
    }
  }
  return results;
}

function addPart(result: Result, { error, series = [], partial = false }: Result): void {
  if (error !== undefined) result.error = error;
  result.partial = partial;
  for (const more of series) {
    const last = result.series?.at(-1);
    if (last?.partial !== true) {
      result.series?.push(more);
      continue;
    }
    for (const row of more.values) last.values.push(row);
    last.partial = more.partial ?? false;
  }
}

/** Integers a double cannot hold come as bigint where they are stored as integers. */
function parsed(line: string, integers: LineNaming['integers']) {
  const exact = integers === 'exact' && LONG_INTEGER.test(line);
  return (exact ? JSON.parse(line, longInteger as never) : JSON.parse(line)) as {
    readonly results?: readonly Result[];
    readonly error?: string;
  };
}

const LONG_INTEGER = /\d{16}/;

function longInteger(_key: string, value: unknown, { source = '' }: { readonly source?: string }): unknown {
  return typeof value === 'number' && /^-?\d{16,}$/.test(source) ? BigInt(source) : value;
}

/** Why a statement has no whole answer, in words; undefined where it has. */
export function faultOf(result: Result | undefined): string | undefined {
  if (!result) return 'an answer is missing';
  if (result.error !== undefined) return oneLine(result.error);
  const isCut = result.partial === true || result.series?.at(-1)?.partial === true;
  return isCut ? 'the answer is cut off' : undefined;
}
