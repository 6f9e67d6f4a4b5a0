import { nearest } from '../model/nearest.ts';
import { CANCELLED } from './additive.ts';
import type { Additive } from './additive.ts';
import type { BodySection, BodyValues } from './check-keys.ts';
import type { Hint, Reading } from './reading.ts';

/** A service or template as it is written, and the file it stands in. */
export interface Entry {
  readonly name: string;
  readonly section: BodySection;
  readonly reading: Reading;
}

export type BodyKey = keyof BodyValues;
export type BodyValue<K extends BodyKey> = Exclude<BodyValues[K], undefined | typeof CANCELLED>;

/** A value and where it was written, which may be in a template of another file. */
interface Held {
  readonly value: unknown;
  readonly reading: Reading;
  readonly offset: number;
  /** By the entry itself, not by a template. */
  readonly own: boolean;
}

/** What an entry comes to with its templates. */
export class Body {
  readonly entry: Entry;
  readonly #held: ReadonlyMap<BodyKey, Held>;

  constructor(entry: Entry, held: ReadonlyMap<BodyKey, Held>) {
    this.entry = entry;
    this.#held = held;
  }

  /** Undefined: nobody says anything of it, or it was cancelled. */
  get<K extends BodyKey>(key: K): BodyValue<K> | undefined {
    const value = this.#held.get(key)?.value;
    // Each key holds what its own reader has read.
    return value === CANCELLED ? undefined : (value as BodyValue<K> | undefined);
  }

  /** Neither it nor a template says anything of the key: defaults count. */
  isOpen(key: BodyKey): boolean {
    return !this.#held.has(key);
  }

  /** Whether the entry itself, and no template of it, sets the key. */
  isOwn(key: BodyKey): boolean {
    return this.#held.get(key)?.own === true && this.get(key) !== undefined;
  }

  /** Says what is wrong with a key's value where it was written, or with the entry. */
  fault(key: BodyKey | null, message: string, hint: Hint = {}): void {
    const { reading, offset } = this.#placeOf(key);
    reading.fault(offset, message, hint);
  }

  warn(key: BodyKey | null, message: string): void {
    const { reading, offset } = this.#placeOf(key);
    reading.warn(offset, message);
  }

  where(): string {
    const { reading, offset } = this.#placeOf(null);
    return reading.where(offset);
  }

  held(): ReadonlyMap<BodyKey, Held> {
    return this.#held;
  }

  #placeOf(key: BodyKey | null): { reading: Reading; offset: number } {
    const held = key === null ? undefined : this.#held.get(key);
    const { reading, section } = this.entry;
    return held ?? { reading, offset: section.offsets.get('name') ?? section.offset };
  }
}

/** All templates of all files; each is worked out once. */
export class TemplateShelf {
  readonly #entries = new Map<string, Entry>();
  readonly #bodies = new Map<string, Body>();
  readonly #used = new Set<string>();
  /** Templates that are being worked out, each for the one before it. */
  readonly #underWay: string[] = [];

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) this.#add(entry);
    for (const entry of this.#entries.values()) this.#bodyOf(entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A service with its templates worked in. */
  complete(entry: Entry): Body {
    for (const { value } of entry.section.values.use) this.#markUsed(value);
    return this.#inherit(entry);
  }

  /** To be asked when all services are complete. */
  warnOfUnused(): void {
    for (const [name, body] of this.#bodies) {
      if (!this.#used.has(name)) body.warn(null, `no service uses the template "${name}"`);
    }
  }

  #markUsed(name: string): void {
    if (this.#used.has(name)) return;
    this.#used.add(name);
    for (const { value } of this.#entries.get(name)?.section.values.use ?? []) this.#markUsed(value);
  }

  #add(entry: Entry): void {
    const { name, reading, section } = entry;
    const first = this.#entries.get(name);
    if (first === undefined) {
      this.#entries.set(name, entry);
      return;
    }
    const at = first.reading.where(first.section.offsets.get('name') ?? first.section.offset);
    const offset = section.offsets.get('name') ?? section.offset;
    reading.fault(offset, `a second template ${reading.quote(name, offset)}; the first is at ${at}`, {
      expected: 'a name that no other template of all files has',
    });
  }

  #bodyOf(entry: Entry): Body {
    const known = this.#bodies.get(entry.name);
    if (known !== undefined) return known;
    this.#underWay.push(entry.name);
    const body = this.#inherit(entry);
    this.#underWay.pop();
    this.#bodies.set(entry.name, body);
    return body;
  }

  #inherit(entry: Entry): Body {
    const held = ownOf(entry);
    for (const { value: name, offset } of entry.section.values.use) {
      const template = this.#find(name, entry.reading, offset);
      if (template === undefined) continue;
      for (const [key, theirs] of this.#bodyOf(template).held()) {
        const mine = held.get(key);
        if (mine === undefined) held.set(key, { ...theirs, own: false });
        else held.set(key, withInherited(mine, theirs));
      }
    }
    return new Body(entry, held);
  }

  #find(name: string, reading: Reading, offset: number): Entry | undefined {
    const circle = this.#underWay.indexOf(name);
    if (circle !== -1) {
      const way = [...this.#underWay.slice(circle), name].join(' → ');
      return reading.fault(offset, `the template uses itself: ${way}`);
    }
    const found = this.#entries.get(name);
    if (found !== undefined) return found;
    return reading.fault(offset, `no template ${reading.quote(name, offset)}`, {
      expected: 'the name of an entry under templates:, of any file',
      nearest: nearest(name, this.#entries.keys()),
    });
  }
}

function ownOf({ section, reading }: Entry): Map<BodyKey, Held> {
  const held = new Map<BodyKey, Held>();
  for (const [key, offset] of section.offsets) {
    if (!isBodyKey(key)) continue;
    const value: unknown = section.values[key];
    if (value !== undefined) held.set(key, { value, reading, offset, own: true });
  }
  return held;
}

/** What is written is of the keys of a service or template; the others of these are not handed on. */
function isBodyKey(key: string): key is BodyKey {
  return key !== 'name' && key !== 'use';
}

/** The first wins; a list that adds goes before the one inherited, which may add to another in its turn. */
function withInherited(mine: Held, theirs: Held): Held {
  if (!isAdding(mine.value)) return mine;
  const list = isList(theirs.value) ? theirs.value : { items: [], adds: false };
  return { ...mine, value: { items: [...mine.value.items, ...list.items], adds: list.adds } };
}

function isList(value: unknown): value is Additive<unknown> {
  return typeof value === 'object' && value !== null && 'adds' in value;
}

function isAdding(value: unknown): value is Additive<unknown> {
  return isList(value) && value.adds;
}
