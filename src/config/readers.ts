import { isMap, isScalar, isSeq } from 'yaml';
import type { Node, Pair } from 'yaml';
import { CONFIG_ITEMS_MAX } from '../limits.ts';
import { nearest } from '../model/nearest.ts';
import { shown } from './reading.ts';
import type { Place, Reading } from './reading.ts';

/** Reads one value. Undefined: it was wrong, and the reading holds the fault. */
export interface Reader<T> {
  /** Completes "expected …". */
  readonly expected: string;
  /** True for mappings and lists: a key with nothing behind it stands for the default. */
  readonly emptyIsDefault: boolean;
  readonly read: (place: Place, reading: Reading) => T | undefined;
}

export interface Key<T> {
  readonly reader: Reader<T>;
  readonly required: boolean;
  readonly fallback: T;
}

/** A key that must be there; its value is undefined only where the reading has a fault. */
export function required<T>(reader: Reader<T>): Key<T | undefined> {
  return { reader, required: true, fallback: undefined };
}

export function optional<T, const D>(reader: Reader<T>, fallback: D): Key<T | D> {
  return { reader, required: false, fallback };
}

/** A mapping that may be left out as a whole: then every key has its default. */
export function section<K extends Keys>(keys: K, later: readonly string[] = []): Key<Section<K>> {
  return optional(mapping(keys, later), defaultsOf(keys));
}

export function defaultsOf<K extends Keys>(keys: K): Section<K> {
  const values: Record<string, unknown> = Object.create(null);
  for (const [name, key] of Object.entries(keys)) values[name] = key.fallback;
  // Each name of `keys` has just been given its own default.
  return { values: values as Values<K>, offset: 0, offsets: new Map(), allKnown: true };
}

export type Keys = Readonly<Record<string, Key<unknown>>>;
type Values<K extends Keys> = { readonly [P in keyof K]: K[P] extends Key<infer T> ? T : never };

/** A mapping as read: every key's value or default, and the places of those that were written. */
export interface Section<K extends Keys> {
  readonly values: Values<K>;
  readonly offset: number;
  /** Offset of each value written; absent: the default. */
  readonly offsets: ReadonlyMap<string, number>;
  /** False: a key was refused, and what seems to be missing may be what was meant by it. */
  readonly allKnown: boolean;
}

export interface Located<T> {
  readonly value: T;
  readonly offset: number;
}

/** Words of other programs for what is written otherwise here, and how. */
export type Cures = ReadonlyMap<string, string>;

/**
 * Keys this version knows, keys of the contract it does not support yet (refused with these words), and those
 * of other programs.
 */
export function mapping<K extends Keys>(
  keys: K,
  later: readonly string[] = [],
  cures: Cures = new Map(),
): Reader<Section<K>> {
  const names = Object.keys(keys);
  const expected = `a mapping with ${names.join(', ')}`;
  return {
    expected,
    emptyIsDefault: true,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      if (opened === undefined) return undefined;
      const { node, offset } = opened;
      if (node !== null && !isNothing(node) && !isMap(node)) {
        return reading.fault(offset, `${describe(node)} stands here`, { expected });
      }
      const pairs = isMap(node) ? node.items : [];
      const before = reading.errors.length;
      const written = writtenPairs(pairs, { names, later, cures, reading, offset });
      const allKnown = reading.errors.length === before;
      return { ...sectionOf(keys, written, { reading, offset }), allKnown };
    },
  };
}

function sectionOf<K extends Keys>(
  keys: K,
  written: ReadonlyMap<string, Place>,
  { reading, offset }: { reading: Reading; offset: number },
): Omit<Section<K>, 'allKnown'> {
  const values: Record<string, unknown> = Object.create(null);
  const offsets = new Map<string, number>();
  for (const [name, key] of Object.entries(keys)) {
    const place = written.get(name);
    values[name] = key.fallback;
    if (place === undefined) {
      if (key.required) reading.fault(offset, `"${name}" is missing`, { expected: key.reader.expected });
      continue;
    }
    if (isNothing(place.node) && key.reader.emptyIsDefault && !key.required) continue;
    offsets.set(name, place.offset);
    const value = key.reader.read(place, reading);
    if (value !== undefined) values[name] = value;
  }
  // Each name of `keys` has just been given a value of its own reader's type.
  return { values: values as Values<K>, offset, offsets };
}

function writtenPairs(
  pairs: readonly Pair[],
  context: {
    names: readonly string[];
    later: readonly string[];
    cures: Cures;
    reading: Reading;
    offset: number;
  },
): Map<string, Place> {
  const { names, later, cures, reading } = context;
  const written = new Map<string, Place>();
  for (const pair of pairs) {
    const keyNode = isScalar(pair.key) ? pair.key : null;
    const offset = keyNode?.range?.[0] ?? context.offset;
    const name = keyNode === null ? '' : String(keyNode.value);
    if (names.includes(name)) {
      if (!written.has(name)) written.set(name, placeOf(pair.value, offset));
    } else if (later.includes(name)) {
      reading.fault(offset, notSupported(name));
    } else if (cures.has(name)) {
      reading.fault(offset, `"${name}" is not a key here`, { expected: cures.get(name) });
    } else {
      const hint = { expected: `one of ${names.join(', ')}`, nearest: nearest(name, names) };
      reading.fault(offset, `unknown key ${shown(name)}`, hint);
    }
  }
  return written;
}

export function notSupported(word: string): string {
  return `"${word}" is not supported by this version of Muster`;
}

/** A list of what `item` reads; items that are wrong are left out, each with its fault. */
export function list<T>(
  item: Reader<T>,
  bounds: { max?: number; min?: number } = {},
): Reader<readonly Located<T>[]> {
  const { max = CONFIG_ITEMS_MAX, min = 0 } = bounds;
  const expected = `a list, each item ${item.expected}`;
  return {
    expected,
    emptyIsDefault: true,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      if (opened === undefined) return undefined;
      const { node, offset } = opened;
      if (isNothing(node) && min === 0) return [];
      if (!isSeq(node)) return reading.fault(offset, `${describe(node)} stands here`, { expected });
      if (node.items.length < min) return reading.fault(offset, 'an empty list', { expected });
      if (node.items.length > max) {
        return reading.fault(offset, `${node.items.length} items`, { expected: `at most ${max}` });
      }
      return node.items.flatMap((child) => {
        const at = placeOf(child, offset);
        const value = item.read(at, reading);
        return value === undefined ? [] : [{ value, offset: at.offset }];
      });
    },
  };
}

/** One value, or a list of at least `min`. */
export function oneOrList<T>(
  item: Reader<T>,
  bounds: { max?: number; min?: number } = {},
): Reader<readonly Located<T>[]> {
  const many = list(item, bounds);
  return {
    expected: `${item.expected}, or a list of them`,
    emptyIsDefault: false,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      if (opened === undefined) return undefined;
      if (isSeq(opened.node)) return many.read(opened, reading);
      const value = item.read(opened, reading);
      return value === undefined ? undefined : [{ value, offset: place.offset }];
    },
  };
}

/** What `reader` reads, or `off` (or false), which is null. */
export function orOff<T>(reader: Reader<T>): Reader<T | null> {
  return {
    expected: `${reader.expected}, or off`,
    emptyIsDefault: true,
    read: (place, reading) => {
      const { node } = place;
      if (isScalar(node) && (node.value === 'off' || node.value === false)) return null;
      return reader.read(place, reading);
    },
  };
}

export function placeOf(node: unknown, fallback: number): Place {
  if (!isNodeLike(node)) return { node: null, offset: fallback };
  return { node, offset: node.range?.[0] ?? fallback };
}

function isNodeLike(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}

export function isNothing(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** What stands there, by kind and never by value. */
export function describe(node: Node | null): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (isNothing(node) || !isScalar(node)) return 'nothing';
  switch (typeof node.value) {
    case 'string':
      return 'text';
    case 'number':
    case 'bigint':
      return 'a number';
    case 'boolean':
      return String(node.value);
    default:
      return 'a value of an unknown kind';
  }
}
