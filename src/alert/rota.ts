import { SHIFTS_MAX } from '../alert-limits.ts';
import { dayNumber, instantOf, momentOf, wallOf, zoneOf } from '../check/time-period/local-time.ts';
import type { RotaConfig } from '../contract/alerts.ts';
import type { SavedOverride } from '../model/rota.ts';
import type { TimeZone } from '../check/time-period/time-zone.ts';

/** Somebody's time on call, from `fromMs` until just before `toMs`; epoch ms. */
export interface Shift {
  readonly who: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: it is their turn. */
  readonly override: { readonly author: string; readonly comment: string; readonly id: string } | null;
}

/** A rota whose texts are read: what `onCall` and `shifts` go by. */
export interface Rota {
  readonly name: string;
  readonly people: readonly string[];
  readonly zone: TimeZone;
  /** The day on which the first of `people` begins, since 1970-01-01. */
  readonly startDay: number;
  readonly handoverMinute: number;
  readonly turnDays: number;
  /** Those of the file, of which no two overlap. */
  readonly overrides: readonly Shift[];
}

/** A configuration is checked before: everything in it can be read. */
export function openRota(config: RotaConfig): Rota {
  const zone = zoneOf(config.timezone);
  return {
    name: config.name,
    people: config.people,
    zone,
    startDay: dayNumber(config.start),
    handoverMinute: config.handoverMinute,
    turnDays: config.turnDays,
    overrides: config.overrides.map(({ who, from, to, where }) => ({
      who,
      fromMs: momentOf(from, zone),
      toMs: momentOf(to, zone),
      override: { author: where, comment: '', id: '' },
    })),
  };
}

/**
 * Who is on call at a moment, and for how long without a break. What people decide while the server runs
 * (`overrides`) wins over the file's overrides, and those over the turns. Turns go on before the rota's first
 * day as they do after it: the day says how they are counted, and a page in between must not go to nobody.
 */
export function onCall(rota: Rota, overrides: readonly SavedOverride[], atMs: number): Shift {
  return shiftAt(layersOf(rota, overrides), rota, atMs);
}

/**
 * Everybody's time from one moment to another, one after the other without a gap; the first and the last are
 * whole. At most SHIFTS_MAX of them.
 */
export function shifts(
  rota: Rota,
  overrides: readonly SavedOverride[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Shift[] {
  const layers = layersOf(rota, overrides);
  const found: Shift[] = [];
  for (let atMs = fromMs; atMs < toMs && found.length < SHIFTS_MAX;) {
    const shift = shiftAt(layers, rota, atMs);
    found.push(shift);
    atMs = shift.toMs;
  }
  return found;
}

/** The overrides: each wins over those after it, and all over the turns. */
function layersOf(rota: Rota, saved: readonly SavedOverride[]): readonly Shift[] {
  const own = saved
    .filter((one) => one.rota === rota.name)
    .map(({ who, fromMs, toMs, id, author, comment }) => ({
      who,
      fromMs,
      toMs,
      override: { author, comment, id },
    }));
  return [...own, ...rota.overrides];
}

function shiftAt(layers: readonly Shift[], rota: Rota, atMs: number): Shift {
  const above = layers.findIndex(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  const shift = layers[above] ?? turnAt(rota, atMs);
  const winners = above === -1 ? layers : layers.slice(0, above);
  let { fromMs, toMs } = shift;
  for (const winner of winners) {
    // None of them holds the moment itself.
    if (winner.toMs <= atMs) fromMs = Math.max(fromMs, winner.toMs);
    else toMs = Math.min(toMs, winner.fromMs);
  }
  return { ...shift, fromMs, toMs };
}

function turnAt(rota: Rota, atMs: number): Shift {
  const { zone, startDay, handoverMinute, turnDays, people } = rota;
  const { day, minute } = wallOf(zone, atMs);
  const beginOf = (turn: number) => instantOf(zone, startDay + turn * turnDays, handoverMinute);
  let turn = Math.floor((day - (minute < handoverMinute ? 1 : 0) - startDay) / turnDays);
  // Where the clocks were moved, the wall's day may be one off.
  if (atMs < beginOf(turn)) turn -= 1;
  else if (atMs >= beginOf(turn + 1)) turn += 1;
  const index = ((turn % people.length) + people.length) % people.length;
  return {
    who: people[index] ?? '',
    fromMs: beginOf(turn),
    toMs: beginOf(turn + 1),
    override: null,
  };
}
