import { expect, test } from 'vitest';
import { Duty } from '../../src/alert/duty.ts';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import { ROTA_OVERRIDES_MAX } from '../../src/alert-limits.ts';
import type { AlertsConfig, ReceiverConfig } from '../../src/contract/alerts.ts';
import type { SavedOverride } from '../../src/model/rota.ts';

const DAY_MS = 86_400_000;
/** A monday, at midnight UTC. */
const START_MS = Date.UTC(2026, 0, 5);

function receiver(name: string): ReceiverConfig {
  return { name, channels: [{ kind: 'webhook', url: `http://h/${name}`, secretFile: null }] };
}

const CONFIG: AlertsConfig = {
  ...NO_ALERTS,
  receivers: ['ann', 'bob', 'carol'].map(receiver),
  rotas: [
    {
      name: 'primary',
      where: 'muster.yaml:5:5',
      timezone: 'UTC',
      start: '2026-01-05',
      handoverMinute: 0,
      turnDays: 7,
      people: ['ann', 'bob'],
      overrides: [],
    },
  ],
};

/** From so many days after the start to so many. */
function wish(id: string, from: number, to: number, over: Partial<SavedOverride> = {}): SavedOverride {
  return {
    id,
    rota: 'primary',
    who: 'carol',
    fromMs: START_MS + from * DAY_MS,
    toMs: START_MS + to * DAY_MS,
    comment: '',
    author: 'boss',
    createdMs: START_MS,
    ...over,
  };
}

function duty(saved: readonly SavedOverride[] = []): Duty {
  const made = new Duty();
  made.start(CONFIG, saved);
  return made;
}

function onCall(made: Duty, day: number): string | null {
  return made.onCall('primary', START_MS + day * DAY_MS).who;
}

test('it is somebody’s turn until the handover', () => {
  expect(duty().onCall('primary', START_MS + DAY_MS)).toEqual({
    who: 'ann',
    untilMs: START_MS + 7 * DAY_MS,
  });
  expect(duty().onCall('nobody', START_MS)).toEqual({ who: null, untilMs: null });
});

test('what was asked before is not worked out again, and an override makes it another', () => {
  const made = duty();
  const first = made.shiftAt('primary', START_MS);
  expect(made.shiftAt('primary', START_MS + DAY_MS)).toBe(first);
  expect(made.override(wish('o1', 1, 2), START_MS)).toBeNull();
  expect(onCall(made, 1)).toBe('carol');
  expect(made.onCall('primary', START_MS).untilMs).toBe(START_MS + DAY_MS);
  expect(made.drop('primary', 'o1')).toBe(true);
  expect(onCall(made, 1)).toBe('ann');
});

test('what was saved holds after a start, and the next id is another', () => {
  const made = duty([wish('o7', 1, 2)]);
  expect(onCall(made, 1)).toBe('carol');
  expect(made.nextId()).toBe('o8');
});

test('who comes next', () => {
  const made = duty();
  const now = made.shiftAt('primary', START_MS);
  expect(now && made.shiftAfter('primary', now)?.who).toBe('bob');
});

test.for([
  { name: 'an unknown rota', over: { rota: 'secondary' }, fault: 'there is no rota "secondary"' },
  { name: 'an unknown receiver', over: { who: 'eve' }, fault: 'there is no receiver "eve"' },
  { name: 'backwards', over: { toMs: START_MS }, fault: 'it ends before it begins' },
  {
    name: 'over',
    over: { fromMs: START_MS - 2 * DAY_MS, toMs: START_MS - DAY_MS },
    fault: 'it is over already',
  },
  {
    name: 'somebody else has it',
    over: { who: 'bob' },
    fault:
      'carol has it from 2026-01-07T00:00:00.000Z to 2026-01-09T00:00:00.000Z already: take that back first',
  },
])('refused: $name', ({ over, fault }) => {
  const made = duty([wish('o1', 2, 4)]);
  expect(made.override(wish('o2', 1, 3, over), START_MS)).toEqual({ full: false, fault });
  expect(onCall(made, 1)).toBe('ann');
});

test('one may follow another at once', () => {
  const made = duty([wish('o1', 2, 4)]);
  expect(made.override(wish('o2', 1, 2), START_MS)).toBeNull();
  expect(made.override(wish('o3', 4, 5), START_MS)).toBeNull();
});

test('no more than may be', () => {
  const many = Array.from({ length: ROTA_OVERRIDES_MAX }, (_, i) => wish(`o${i}`, i, i + 1));
  const made = duty(many);
  expect(made.override(wish('x', 2000, 2001), START_MS)).toMatchObject({ full: true });
  expect(made.forget(START_MS + 1.5 * DAY_MS)).toEqual(['o0']);
  expect(made.override(wish('x', 2000, 2001), START_MS)).toBeNull();
});

test('only of its own rota can one be taken back', () => {
  const made = duty([wish('o1', 1, 2)]);
  expect(made.drop('secondary', 'o1')).toBe(false);
  expect(made.drop('primary', 'o2')).toBe(false);
});

test('a person that a reload takes away is told nothing: it is the turn’s again, until they are back', () => {
  const made = duty([wish('o1', 1, 2)]);
  made.use({ ...CONFIG, receivers: ['ann', 'bob'].map(receiver) });
  expect(onCall(made, 1)).toBe('ann');
  made.use(CONFIG);
  expect(onCall(made, 1)).toBe('carol');
});
