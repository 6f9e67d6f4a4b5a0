import { isMap, isScalar } from 'yaml';
import { CONFIG_ITEMS_MAX } from '../limits.ts';
import { describe, isNothing, placeOf } from './readers.ts';
import type { Located, Reader } from './readers.ts';

/** A mapping whose keys are names of the user's. Values that are wrong are left out, each with its fault. */
export function named<T>(what: string, value: Reader<T>): Reader<ReadonlyMap<string, Located<T>>> {
  const expected = `a mapping of ${what} to ${value.expected}`;
  return {
    expected,
    emptyIsDefault: true,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      if (opened === undefined) return undefined;
      const { node, offset } = opened;
      if (isNothing(node)) return new Map();
      if (!isMap(node)) return reading.fault(offset, `${describe(node)} stands here`, { expected });
      if (node.items.length > CONFIG_ITEMS_MAX) {
        return reading.fault(offset, `${node.items.length} names`, {
          expected: `at most ${CONFIG_ITEMS_MAX}`,
        });
      }
      const values = new Map<string, Located<T>>();
      for (const { key, value: written } of node.items) {
        const at = placeOf(written, isScalar(key) ? (key.range?.[0] ?? offset) : offset);
        const read = value.read(at, reading);
        if (isScalar(key) && read !== undefined)
          values.set(String(key.value), { value: read, offset: at.offset });
      }
      return values;
    },
  };
}
