import { isScalar } from 'yaml';
import { isNothing, oneOrList } from './readers.ts';
import { textual } from './scalars.ts';
import type { Located, Reader } from './readers.ts';
import type { Parsed } from './scalars.ts';

/** What inheritance of templates means for single values: Nagios' `null` and `+`. */

/** `null` was written: what templates and defaults say of the key does not count. */
export const CANCELLED: unique symbol = Symbol('cancelled');

/** What `reader` reads, or a written `null`. Nothing at all behind a key is a mistake. */
export function cancellable<T>(reader: Reader<T>): Reader<T | typeof CANCELLED> {
  return {
    expected: reader.expected,
    emptyIsDefault: false,
    read: (place, reading) => {
      const { node, offset } = place;
      if (!isNothing(node)) return reader.read(place, reading);
      if (isScalar(node) && (node.source ?? '') !== '') return CANCELLED;
      return reading.fault(offset, 'nothing stands here', {
        expected: `${reader.expected}, or null against what a template says`,
      });
    },
  };
}

/** A list; one that `adds` is put before the list inherited. */
export interface Additive<T> {
  readonly items: readonly Located<T>[];
  readonly adds: boolean;
}

/** What one item of such a list holds. */
interface Piece<T> {
  readonly values: readonly T[];
  readonly adds: boolean;
}

/** A list, or one item of it. A `+` before its first item adds it to the list inherited. */
export function additive<T>(piece: Reader<Piece<T>>): Reader<Additive<T>> {
  const many = oneOrList(piece);
  return {
    expected: many.expected,
    emptyIsDefault: false,
    read: (place, reading) => {
      const pieces = many.read(place, reading);
      const late = pieces?.find(({ value }, i) => value.adds && i > 0);
      if (late) {
        reading.fault(late.offset, 'a "+" stands before another item than the first', {
          expected: 'a "+" before the first item, which adds all of them to the list inherited',
        });
      }
      return (
        pieces && {
          items: pieces.flatMap(({ value, offset }) => value.values.map((each) => ({ value: each, offset }))),
          adds: pieces[0]?.value.adds === true,
        }
      );
    },
  };
}

/** Items that are text; one may hold several. */
export function words<T>(expected: string, parse: (text: string) => Parsed<readonly T[]>): Reader<Piece<T>> {
  return textual({
    expected,
    parse: (written) => {
      const adds = written.startsWith('+');
      const text = adds ? written.slice(1) : written;
      if (adds && text === '') return { ok: true, value: { values: [], adds } };
      const parsed = parse(text);
      return parsed.ok ? { ok: true, value: { values: parsed.value, adds } } : parsed;
    },
  });
}

/** Items of another kind: the `+` is an item by itself. */
export function orPlus<T>(item: Reader<T>): Reader<Piece<T>> {
  return {
    expected: item.expected,
    emptyIsDefault: false,
    read: (place, reading) => {
      if (isScalar(place.node) && place.node.value === '+') return { values: [], adds: true };
      const value = item.read(place, reading);
      return value === undefined ? undefined : { values: [value], adds: false };
    },
  };
}
