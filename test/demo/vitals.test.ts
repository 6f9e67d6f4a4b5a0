import { expect, test } from 'vitest';
import { behaviourOf } from '../../src/demo/behaviour.ts';
import { fleetOf } from '../../src/demo/fleet.ts';
import { valueAt } from '../../src/demo/wave.ts';
import { vitalsOf } from '../../src/demo/vitals.ts';
import { FLEET, named, START_S } from './fleet.ts';

const DAY_S = 86_400;
/** A week, at no round distance. */
const TIMES = Array.from({ length: 200 }, (_, i) => START_S + i * 3037);

test('an instance is the same in every process', () => {
  const again = fleetOf(START_S).map((instance) => behaviourOf(instance, START_S));
  for (const [i, behaviour] of FLEET.entries()) {
    expect(vitalsOf(again[i] as typeof behaviour, TIMES[i] ?? 0)).toEqual(vitalsOf(behaviour, TIMES[i] ?? 0));
  }
});

test('two instances of one kind are not the same', () => {
  const at = (name: string) => vitalsOf(named(name), START_S).cpu.user;
  expect(at('web-01')).not.toBe(at('web-02'));
});

test.for(FLEET.map((behaviour) => ({ name: behaviour.instance.name, behaviour })))(
  'what $name measures is possible at every hour of a week',
  ({ behaviour }) => {
    for (const timeS of TIMES) {
      const v = vitalsOf(behaviour, timeS);
      const percents = [...Object.values(v.cpu), v.rootUsed, v.dataUsed];
      expect(percents.every((p) => p >= 0 && p <= 100)).toBe(true);
      expect(v.cpu.user + v.cpu.system + v.cpu.wait + v.cpu.steal + v.cpu.idle).toBeCloseTo(100);
      const { used, cached, buffered, free } = v.memory;
      expect(Math.min(used, cached, buffered, free)).toBeGreaterThan(0);
      expect(used + cached + buffered + free).toBeCloseTo(behaviour.instance.memoryBytes, 0);
      expect(v.load.every((load) => load >= 0 && load < 32)).toBe(true);
      expect(valueAt(behaviour.work, timeS)).toBeGreaterThan(0.07);
      expect(valueAt(behaviour.work, timeS)).toBeLessThan(0.97);
    }
  },
);

test('the afternoon is busier than the night', () => {
  const mean = (hour: number) => {
    const day = Math.floor(START_S / DAY_S) * DAY_S;
    const web = FLEET.filter(({ instance }) => instance.role === 'web');
    const work = web.map(({ work: wave }) => valueAt(wave, day + hour * 3600));
    return work.reduce((sum, value) => sum + value, 0) / work.length;
  };
  expect(mean(15)).toBeGreaterThan(1.6 * mean(3));
});
