import { expect, test } from 'vitest';
import { depthOf } from '../../../src/alert/nagios/downtime-depth.ts';
import { NOTHING_TOLD } from '../../../src/alert/nagios/notifying.ts';
import { passTime, takeResult } from '../../../src/alert/nagios/machine.ts';
import { CRITICAL, downtime, OTHER, subject, told, WELL } from './subject.ts';
import type { Downtime, Notifying, Standing } from '../../../src/alert/nagios/notifying.ts';

/** Goes through the seconds of `at`, each with the schedule and state it has, and says what was told when. */
function lived(
  seconds: number,
  at: (second: number) => { readonly stands?: Standing; readonly downtimes: readonly Downtime[] },
): { readonly notices: string[]; readonly depths: number[] } {
  let state: Notifying = NOTHING_TOLD;
  const notices: string[] = [];
  const depths: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    const { stands = WELL, downtimes } = at(second);
    const outcome = passTime(subject({ nowMs: second * 1000, stands, downtimes, state }));
    state = outcome.state;
    notices.push(...told(outcome).map((words) => `${second} ${words}`));
    depths.push(depthOf(state));
  }
  return { notices, depths };
}

function between(id: string, fromS: number, toS: number, changes: Partial<Downtime> = {}): Downtime {
  return downtime({ id, fromMs: fromS * 1000, toMs: toS * 1000, ...changes });
}

test('two that overlap are told of once', () => {
  const downtimes = [between('d1', 1, 4), between('d2', 3, 6)];
  const { notices, depths } = lived(8, () => ({ downtimes }));
  expect(notices).toEqual(['1 DOWNTIMESTART ann', '6 DOWNTIMEEND ann']);
  expect(depths).toEqual([0, 1, 1, 2, 1, 1, 0, 0]);
});

test.for([
  {
    name: 'with the first problem, for its duration',
    badFrom: 3,
    notices: ['3 DOWNTIMESTART', '5 DOWNTIMEEND'],
  },
  { name: 'with the problem it finds', badFrom: 0, notices: ['1 DOWNTIMESTART', '3 DOWNTIMEEND'] },
  { name: 'beyond its window', badFrom: 5, notices: ['5 DOWNTIMESTART', '7 DOWNTIMEEND'] },
  { name: 'never: its end is told all the same', badFrom: 99, notices: ['6 DOWNTIMEEND'] },
])('a flexible one begins $name', ({ badFrom, notices }) => {
  const downtimes = [between('d1', 1, 6, { isFixed: false, durationMs: 2000 })];
  const stands = (second: number) => (second >= badFrom ? CRITICAL : WELL);
  const life = lived(10, (second) => ({ stands: stands(second), downtimes }));
  expect(life.notices).toEqual(notices.map((words) => `${words} ann`));
});

test('one that is triggered begins and ends with another', () => {
  const trigger = (second: number) => (second < 2 ? 'waiting' : second < 4 ? 'running' : 'over');
  const life = lived(8, (second) => ({ downtimes: [between('d1', 0, 6, { trigger: trigger(second) })] }));
  expect(life.notices).toEqual(['2 DOWNTIMESTART ann', '4 DOWNTIMEEND ann']);
});

test.for([
  { name: 'while it runs', goneAt: 3, notices: ['1 DOWNTIMESTART', '3 DOWNTIMECANCELLED'] },
  { name: 'before it begins', goneAt: 1, notices: [] },
])('cancelled $name', ({ goneAt, notices }) => {
  const life = lived(8, (second) => ({ downtimes: second < goneAt ? [between('d1', 1, 6)] : [] }));
  expect(life.notices).toEqual(notices.map((words) => `${words} ann`));
});

test('a schedule that drops what is over ends it all the same', () => {
  const life = lived(8, (second) => ({ downtimes: second < 6 ? [between('d1', 1, 6)] : [] }));
  expect(life.notices).toEqual(['1 DOWNTIMESTART ann', '6 DOWNTIMEEND ann']);
});

test('a flexible one takes the problem that begins it', () => {
  const downtimes = [between('d1', 0, 2000, { isFixed: false, durationMs: 5000 })];
  const bad = takeResult(subject({ nowMs: 1000, downtimes }), OTHER);
  expect(told(bad)).toEqual(['DOWNTIMESTART ann']);
});

test('what is over is forgotten with the schedule', () => {
  const state = { ...NOTHING_TOLD, over: ['d1', 'd2'] };
  const outcome = passTime(subject({ state, stands: WELL, downtimes: [between('d2', 0, 1)] }));
  expect(outcome.state.over).toEqual(['d2']);
});
