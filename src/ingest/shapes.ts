import { KIND } from '../model/kind.ts';
import type { DataSource } from '../model/record.ts';

/** The data sources of a record, as columns: one object for all records that have the same. */
export interface Shape {
  readonly sources: readonly DataSource[];
  readonly kinds: Uint8Array;
  /** Bounds by source; -∞ and ∞ where there are none. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Gauges without bounds: what is received is what is shown. */
  readonly plain: boolean;
}

/**
 * The shapes in use, by number. A fleet has some hundred of them and a million records: the hot path finds a
 * shape in the cache of the processor, where the objects of a description cost a memory access each.
 */
export class Shapes {
  readonly #shapes: Shape[] = [];
  /** By number: what it is found by, and how many records have it. */
  readonly #texts: string[] = [];
  readonly #users: number[] = [];
  readonly #free: number[] = [];
  readonly #byText = new Map<string, number>();

  get count(): number {
    return this.#byText.size;
  }

  at(shape: number): Shape {
    return this.#shapes[shape] as Shape;
  }

  /** The number of the shape of these sources, for one more record; given back by `leave`. */
  take(sources: readonly DataSource[]): number {
    const text = JSON.stringify(sources);
    const known = this.#byText.get(text);
    if (known !== undefined) {
      this.#users[known] = (this.#users[known] as number) + 1;
      return known;
    }
    const shape = this.#free.pop() ?? this.#shapes.length;
    this.#shapes[shape] = shapeOf(sources);
    this.#texts[shape] = text;
    this.#users[shape] = 1;
    this.#byText.set(text, shape);
    return shape;
  }

  /** One record less has it. */
  leave(shape: number): void {
    const users = (this.#users[shape] as number) - 1;
    this.#users[shape] = users;
    if (users > 0) return;
    this.#byText.delete(this.#texts[shape] as string);
    this.#free.push(shape);
  }
}

function shapeOf(sources: readonly DataSource[]): Shape {
  return {
    sources,
    kinds: Uint8Array.from(sources, ({ kind }) => kind),
    min: Float64Array.from(sources, ({ min }) => min ?? -Infinity),
    max: Float64Array.from(sources, ({ max }) => max ?? Infinity),
    plain: sources.every(({ kind, min, max }) => kind === KIND.gauge && min === null && max === null),
  };
}
