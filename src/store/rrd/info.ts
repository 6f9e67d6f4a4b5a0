import { kindName } from '../../model/kind.ts';
import { sourceNames } from './source-names.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { Archive } from './archives.ts';

/**
 * What a file says of itself; data sources in the file's order. Archives are those of AVERAGE, MIN, MAX and
 * LAST.
 */
export interface FileInfo {
  readonly stepS: number;
  readonly lastS: number;
  readonly sources: readonly SourceInfo[];
  readonly archives: readonly Archive[];
}

interface SourceInfo {
  readonly name: string;
  readonly type: string;
  readonly heartbeatS: number;
}

/** Reads the answer to `info`; undefined when it is not one. */
export function parseInfo(text: string): FileInfo | undefined {
  const step = Number(/^step = (\d+)$/m.exec(text)?.[1]);
  const last = Number(/^last_update = (\d+)$/m.exec(text)?.[1]);
  const sources = [...text.matchAll(SOURCE)].map(([, name = '', type = '', heartbeat]) => ({
    name,
    type,
    heartbeatS: Number(heartbeat),
  }));
  if (!(step > 0) || !Number.isFinite(last) || sources.length === 0) return undefined;
  return { stepS: step, lastS: last, sources, archives: parseArchives(text, step) };
}

const SOURCE = /^ds\[([^\]]+)\]\.type = "(\w+)"\nds\[[^\]]+\]\.minimal_heartbeat = (\d+)$/gm;

const ARCHIVE = new RegExp(
  String.raw`^rra\[\d+\]\.cf = "(AVERAGE|MIN|MAX|LAST)"\nrra\[\d+\]\.rows = (\d+)\n` +
    String.raw`.*\nrra\[\d+\]\.pdp_per_row = (\d+)$`,
  'gm',
);

function parseArchives(text: string, step: number): readonly Archive[] {
  return [...text.matchAll(ARCHIVE)].map(([, cf, rows, per]) => ({
    cf: cf as Archive['cf'],
    stepS: Number(per) * step,
    rows: Number(rows),
  }));
}

/** How a record's data sources lie in a file: the file's name of each, in the record's order. */
export type Fit =
  | { readonly ok: true; readonly names: readonly string[]; readonly sameOrder: boolean }
  | { readonly ok: false; readonly detail: string };

/**
 * A file of one data source fits any record of one, whatever its name; with several the names must be the
 * same.
 */
export function fit(record: RecordDescription, file: FileInfo): Fit {
  const inFile = file.sources.map((source) => source.name);
  const wanted = sourceNames(record);
  if (inFile.length === 1 && wanted.length === 1) return { ok: true, names: inFile, sameOrder: true };
  const names = wanted.map((name, i) => {
    const said = record.sources[i]?.name ?? name;
    return inFile.includes(name) ? name : said;
  });
  if (names.length === inFile.length && names.every((name) => inFile.includes(name))) {
    return { ok: true, names, sameOrder: names.every((name, i) => name === inFile[i]) };
  }
  return {
    ok: false,
    detail:
      `the file has the data sources ${inFile.join(' ')}, the record ${wanted.join(' ')}: ` +
      'move the file aside, or mend it with `rrdtool tune`',
  };
}

/** The data sources whose type in the file is not the described one, as `tune` takes them: `name:TYPE`. */
export function kindChanges(record: RecordDescription, names: readonly string[], file: FileInfo): string[] {
  return record.sources.flatMap((source, i) => {
    const type = kindName(source.kind).toUpperCase();
    const is = file.sources.find((candidate) => candidate.name === names[i])?.type;
    return is === type ? [] : [`${names[i]}:${type}`];
  });
}
