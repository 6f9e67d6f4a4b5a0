import { hostKey, hostMark } from './host-key.ts';
import { naturalKey, ORDERED_HOSTS_MAX } from './host-order.ts';
import { scaleOf } from './heat-scale.ts';
import { MeasuredRows } from './measured-rows.ts';
import { MARKS } from './state.ts';
import type { HeatScale } from './heat-scale.ts';
import type { Measure } from './measure.ts';
import type { FeedColumns } from './measured-rows.ts';
import type { MarkKind } from './state.ts';
import type { HostView } from '../../../src/contract/api.ts';

/**
 * One figure for each host of a selection, in columns, read anew from the feed each second without making an
 * object a host. Hosts stand in the order of their names, and keep their index while none comes or goes. It
 * changes in place: watch `version`.
 */
export class HostFigures {
  version = 0;
  /** Grows when hosts came or went: indexes taken before mean others. */
  membership = 0;
  /** Grows when a mark may be another. */
  marked = 0;
  hosts: readonly HostView[] = [];
  /** As the measure counts them; NaN: not known, stale, or of a host that is down. */
  values: Float64Array = new Float64Array();
  /** When each value's newest sample was taken; 0: never. */
  atMs = new Float64Array();
  /** Indexes into `MARKS`. */
  marks = new Uint8Array();
  scale: HeatScale;
  /** How many series the server left out of its answer: figures of some hosts are missing. */
  leftOut = 0;
  /** The feed has told first values, or that there are none. */
  begun = false;
  readonly #listeners = new Set<() => void>();
  #indexOf: ReadonlyMap<string, number> = new Map();
  #keys: readonly string[] = [];
  #rows: MeasuredRows | undefined;
  #trouble: ReadonlyMap<string, MarkKind> | undefined;
  #rowsKey = '';

  constructor(measure: Measure) {
    this.scale = scaleOf(measure, { quantity: undefined, highest: 0, divided: true });
  }

  get count(): number {
    return this.hosts.length;
  }

  /** Hosts in the order of their values begin with the lowest. */
  get leastFirst(): boolean {
    return this.scale.falling;
  }

  watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  indexOf(cluster: string, host: string): number {
    return this.#indexOf.get(hostKey(cluster, host)) ?? -1;
  }

  mark(index: number): MarkKind {
    return MARKS[this.marks[index] ?? 0] ?? 'unknown';
  }

  /** `views` in any order. */
  setHosts(views: readonly HostView[]): void {
    const byKey = new Map(views.map((view) => [hostKey(view.cluster, view.name), view]));
    const same = byKey.size === this.#keys.length && this.#keys.every((key) => byKey.has(key));
    if (!same) this.#become(byKey);
    this.hosts = this.#keys.flatMap((key) => byKey.get(key) ?? []);
    this.#rows = undefined;
    this.#mark();
    this.#changed();
  }

  /** Marks of hosts in trouble, by `hostKey`: newer than the views, which are read more seldom. */
  setTrouble(trouble: ReadonlyMap<string, MarkKind> | undefined): void {
    this.#trouble = trouble;
    this.#mark();
    this.#changed();
  }

  /** Reads the newest values of `measure` from a subscription's columns. */
  read(table: FeedColumns, measure: Measure, nowMs: number): void {
    const key = `${table.key} ${table.namesVersion} ${measure.id} ${measure.label}`;
    if (key !== this.#rowsKey || !this.#rows) {
      this.#rows = new MeasuredRows(table, measure, { hosts: this.hosts, indexOf: this.#indexOf });
      this.#rowsKey = key;
    }
    this.leftOut = table.leftOut;
    const { divided, highest } = this.#rows.fold(table, nowMs, this);
    this.scale = scaleOf(measure, { quantity: this.#rows.quantity, highest, divided });
    const named = table.namesVersion > 0;
    this.begun ||= named && (table.series.length === 0 || this.atMs.some((atMs) => atMs > 0));
    this.#changed();
  }

  /** A figure of another time, as it would be counted now; `over`: what a ratio is divided by. */
  counted(index: number, raw: number, over: number = Number.NaN): number {
    return this.#rows?.counted(index, raw, over) ?? raw;
  }

  /** Figures of another time instead of the feed's. Who was down then is not known. */
  assume(values: Float64Array, scale: HeatScale): void {
    this.values = values;
    this.scale = scale;
    this.atMs = new Float64Array(values.length);
    this.#changed();
  }

  #changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }

  #mark(): void {
    this.marked += 1;
    this.hosts.forEach((view, i) => {
      this.marks[i] = MARKS.indexOf(markNow(view, this.#keys[i] ?? '', this.#trouble));
    });
  }

  #become(byKey: ReadonlyMap<string, HostView>): void {
    const named = [...byKey].map(([key, view]) => ({
      key,
      order: naturalKey(`${view.name}\n${view.cluster}`),
    }));
    named.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    this.#keys = named.slice(0, ORDERED_HOSTS_MAX).map(({ key }) => key);
    this.#indexOf = new Map(this.#keys.map((key, i) => [key, i]));
    this.values = new Float64Array(this.#keys.length).fill(Number.NaN);
    this.atMs = new Float64Array(this.#keys.length);
    this.marks = new Uint8Array(this.#keys.length);
    this.membership += 1;
  }
}

/** `trouble`: as of now, undefined where nothing is judged yet. */
function markNow(view: HostView, key: string, trouble: ReadonlyMap<string, MarkKind> | undefined): MarkKind {
  const own = hostMark(view);
  if (own === 'retired' || own === 'pending' || trouble === undefined) return own;
  return trouble.get(key) ?? 'ok';
}
