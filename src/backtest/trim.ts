import { okBounds, verdictOf } from './interest.ts';
import type { Match } from '../check/matcher.ts';
import type { Interest } from './interest.ts';
import type { Span } from './spans.ts';
import type { Tape } from './tape.ts';

/** A record's tape, and what each set of definitions makes of its data sources. */
export interface Weighed {
  readonly tape: Tape;
  readonly interests: readonly (readonly Interest[])[];
}

/**
 * The tapes of a host without which nothing would come out differently: those that are wanted whole, those
 * with a value that is not OK, those with values missing, and those whose services share a name with one of
 * these. `absences`: when the server was not there, and nothing is missing.
 */
export function worthPlaying(weighed: readonly Weighed[], absences: readonly Span[]): readonly Tape[] {
  const kept = new Set(weighed.filter((one) => isWorth(one, absences)));
  const names = new Set([...kept].flatMap(servicesOf));
  return weighed
    .filter((one) => kept.has(one) || servicesOf(one).some((name) => names.has(name)))
    .map(({ tape }) => tape);
}

function servicesOf({ interests }: Weighed): string[] {
  return interests
    .flat()
    .flatMap((one) => (one.kind === 'plain' ? one.matches.map(({ service }) => service) : []));
}

function isWorth({ tape, interests }: Weighed, absences: readonly Span[]): boolean {
  return tape.record.sources.some((_, source) => {
    const wishes = interests.map((each) => each[source]).filter((one) => one !== undefined);
    if (wishes.some(({ kind }) => kind === 'whole')) return hasValue(tape, source);
    const matches = wishes.flatMap((one) => (one.kind === 'plain' ? one.matches : []));
    if (matches.length === 0) return false;
    return isUnwell(tape, source, matches, absences);
  });
}

function hasValue({ stretches }: Tape, source: number): boolean {
  return stretches.some(({ columns }) => columns[source]?.some((value) => !Number.isNaN(value)));
}

/** Before its first value nothing is missing. */
function isUnwell(
  { stretches }: Tape,
  source: number,
  matches: readonly Match[],
  absences: readonly Span[],
): boolean {
  const { low, high } = okBounds(matches);
  let began = false;
  for (const { columns, startS, stepS, rows } of stretches) {
    const column = columns[source];
    if (column === undefined) continue;
    for (let row = 0; row < rows; row += 1) {
      const value = column[row] as number;
      if (value >= low && value <= high) {
        began = true;
      } else if (Number.isNaN(value)) {
        if (began && !isWithin(startS + row * stepS + 1, absences)) return true;
      } else {
        if (verdictOf(value, matches) !== 0) return true;
        began = true;
      }
    }
  }
  return false;
}

function isWithin(timeS: number, spans: readonly Span[]): boolean {
  return spans.some(({ fromS, untilS }) => timeS >= fromS && timeS < untilS);
}
