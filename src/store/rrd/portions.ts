import { RRD_NUMBERS_PER_READ_MAX, RRD_SOURCES_PER_READ_MAX } from '../../limits.ts';

/** What a command grows by with one more of its files. */
export interface Weight {
  /** Variables it defines. */
  readonly sources: number;
  /** Values in its answer. */
  readonly numbers: number;
}

/**
 * Cuts the files of a long read into commands that are soon done, so that a short read has its turn in
 * between: files of equal `kind` only, at least one a command.
 */
export function portions<T>(
  files: readonly T[],
  kindOf: (file: T) => string,
  weightOf: (file: T) => Weight,
): readonly (readonly T[])[] {
  const open = new Map<string, { files: T[]; sources: number; numbers: number }>();
  const all: T[][] = [];
  for (const file of files) {
    const kind = kindOf(file);
    const { sources, numbers } = weightOf(file);
    let portion = open.get(kind);
    const full =
      portion === undefined ||
      portion.sources + sources > RRD_SOURCES_PER_READ_MAX ||
      portion.numbers + numbers > RRD_NUMBERS_PER_READ_MAX;
    if (!portion || full) {
      portion = { files: [], sources: 0, numbers: 0 };
      open.set(kind, portion);
      all.push(portion.files);
    }
    portion.files.push(file);
    portion.sources += sources;
    portion.numbers += numbers;
  }
  return all;
}
