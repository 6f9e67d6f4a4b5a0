import { fold, percentOver } from '../../check/functions/fold.ts';
import { isHostDown } from '../host-state.ts';
import { readMember, standingOf } from './members.ts';
import type { CompiledAggregate } from '../../check/rule.ts';
import type { Count, Members } from './aggregate-source.ts';
import type { Looking } from './value-source.ts';
import type { Room } from './room.ts';
import type { HostEntry, SeriesEntry } from '../../live/entries.ts';
import type { SeriesMember } from './members.ts';

type Values = CompiledAggregate & { readonly kind: 'values' | 'percent_over' };

const METRICS_SHOWN_MAX = 20;

/** The newest values of series. */
export class ValueMembers implements Members {
  readonly #of: Values;
  readonly #room: Room;
  readonly #list = new Set<SeriesMember>();
  /** Null: the definition does not say. */
  readonly #freshnessMs: number | null;
  /** How many members have which units. */
  readonly #units = new Map<string, number>();

  /** Read so far. */
  #samples = 0;

  constructor(of: Values, room: Room, freshnessMs: number | null) {
    this.#of = of;
    this.#room = room;
    this.#freshnessMs = freshnessMs;
  }

  get isThere(): boolean {
    return this.#list.size > 0;
  }

  get size(): number {
    return this.#list.size;
  }

  get units(): string {
    if (this.#of.kind === 'percent_over') return '%';
    if (this.#of.function === 'count' || this.#units.size !== 1) return '';
    const [only = ''] = this.#units.keys();
    return only;
  }

  add(member: SeriesMember): void {
    this.#list.add(member);
    this.#countUnits(member, 1);
  }

  remove(member: SeriesMember): void {
    if (this.#list.delete(member)) this.#countUnits(member, -1);
  }

  /** Its series was announced again. */
  renew(member: SeriesMember, series: SeriesEntry): void {
    this.#countUnits(member, -1);
    member.tap.renew(series);
    this.#countUnits(member, 1);
  }

  metrics(): readonly string[] {
    const names = new Set<string>();
    for (const { tap } of this.#list) {
      names.add(tap.series.metric);
      if (names.size >= METRICS_SHOWN_MAX) break;
    }
    return [...names];
  }

  *hosts(): Iterable<HostEntry> {
    for (const { on } of this.#list) yield on.entry;
  }

  count(turn: Looking): Count {
    const values = this.#room.values(this.#list.size);
    const count = { counted: 0, down: 0, stale: 0, waiting: 0, atMs: 0 };
    for (const member of this.#list) {
      const { tap, on } = member;
      if (on.state === 'RETIRED') continue;
      if (isHostDown(on)) {
        count.down += 1;
        continue;
      }
      if (readMember(member, turn, this.#freshnessMs)) this.#samples += 1;
      const standing = standingOf(member, turn);
      if (standing === 'uncounted') continue;
      if (standing === 'fresh') {
        values[count.counted] = tap.value;
        count.counted += 1;
        if (tap.atMs > count.atMs) count.atMs = tap.atMs;
      } else count[standing] += 1;
    }
    const { counted, down, stale, waiting } = count;
    const all = counted + down + stale + waiting;
    return { ...count, all, value: this.#valueOf(values, counted), observation: this.#samples };
  }

  #valueOf(values: Float64Array, counted: number): number {
    const of = this.#of;
    return of.kind === 'values' ? fold(of.function, values, counted) : percentOver(values, of.limit, counted);
  }

  #countUnits({ tap }: SeriesMember, by: 1 | -1): void {
    const { units } = tap.series.record.words;
    const count = (this.#units.get(units) ?? 0) + by;
    if (count === 0) this.#units.delete(units);
    else this.#units.set(units, count);
  }
}
