import { KIND } from '../model/kind.ts';
import { encodeStatsd } from '../wire/statsd/encode.ts';
import { aboutNow, measuredOf, timeAround, TIMES_COME_TO } from './applications.ts';
import { chance } from './dice.ts';
import type { Behaviour } from './behaviour.ts';
import type { Instance } from './fleet.ts';
import type { Measured } from './applications.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Rhythm } from './turns.ts';
import type { Vitals } from './vitals.ts';

/** An application tells every second what happened in it. */
export const APPLICATION_RHYTHM: Rhythm = { everyS: 1, phaseS: 0 };
/** How often a receiver makes values of it: the flush interval of the demo's groups. */
export const FLUSH_RHYTHM: Rhythm = { everyS: 10, phaseS: 0 };
const TIMINGS_A_SECOND = 3;

/** One second's datagram of the application on an instance. */
export function statsdTurn({ instance }: Behaviour, vitals: Vitals): Uint8Array {
  const lines = measuredOf(instance).flatMap((measured, n) => {
    const tags = [...measured.tags, ['host', instance.name] as const];
    const { name, type } = measured;
    return valuesOf(measured, n, instance, vitals).map((value) => encodeStatsd({ name, type, value, tags }));
  });
  return Buffer.from(lines.join('\n'));
}

function valuesOf({ type, read }: Measured, n: number, instance: Instance, vitals: Vitals): string[] {
  const { timeS } = vitals;
  const seed = instance.seed + 300 + n;
  const value = read(vitals, instance);
  switch (type) {
    case 'c': {
      const events = Math.floor(aboutNow(value, seed, timeS) + chance(seed, timeS));
      return events > 0 ? [String(events)] : [];
    }
    case 'g':
      return [String(value)];
    case 'ms':
      return Array.from({ length: TIMINGS_A_SECOND }, (_, i) => timeAround(value, seed, timeS, i).toFixed(1));
    case 's': {
      const members = Math.ceil(value / FLUSH_RHYTHM.everyS);
      return Array.from({ length: members }, (_, i) => String((timeS % 100_000) * 100 + i));
    }
  }
}

/** A record that a receiver makes of what an application measures, and its value at a flush. */
export interface MadeRecord {
  readonly record: RecordDescription;
  readonly read: (v: Vitals) => readonly number[];
}

/** The records of the application on an instance. */
export function statsdRecords(
  instance: Instance,
  of: { readonly cluster: string; readonly host: string },
): MadeRecord[] {
  return measuredOf(instance).flatMap((measured, n) => {
    const tags = measured.tags.map((tag) => `,${tag.join('=')}`).join('');
    const seed = instance.seed + 300 + n;
    return madeOf(measured, instance).map(([stat, units, read]) => ({
      record: described(`statsd/${measured.name}${tags}.${stat}`, units, of),
      read: (v) => [aboutNow(read(v), seed, v.timeS)],
    }));
  });
}

type Made = readonly [stat: string, units: string, read: (v: Vitals) => number];

function madeOf({ type, read }: Measured, instance: Instance): readonly Made[] {
  const value = (v: Vitals) => read(v, instance);
  const { everyS } = FLUSH_RHYTHM;
  switch (type) {
    case 'c':
      return [
        ['count', '', (v) => everyS * value(v)],
        ['rate', '/s', value],
      ];
    case 'g':
      return [['value', '', value]];
    case 's':
      return [['count', '', value]];
    case 'ms':
      return [
        ['count', '', () => everyS * TIMINGS_A_SECOND],
        ['rate', '/s', () => TIMINGS_A_SECOND],
        ['sum', 'ms', (v) => everyS * TIMINGS_A_SECOND * TIMES_COME_TO.mean * value(v)],
        ...Object.entries(TIMES_COME_TO).map(([stat, share]): Made => [stat, 'ms', (v) => share * value(v)]),
      ];
  }
}

function described(
  metric: string,
  units: string,
  of: { readonly cluster: string; readonly host: string },
): RecordDescription {
  return {
    ...of,
    metric,
    protocol: 'statsd',
    sources: [{ name: 'value', kind: KIND.gauge, min: null, max: null }],
    intervalS: FLUSH_RHYTHM.everyS,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both',
    units,
    title: '',
    group: 'statsd',
    description: '',
    provisional: false,
  };
}
