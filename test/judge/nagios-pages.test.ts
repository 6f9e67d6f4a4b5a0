import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inOrder } from './nagios-notifier.ts';
import { Quieter } from './nagios-quieter.ts';
import { activePlugin, Stage } from './nagios-scenario.ts';
import { START_MS } from './fleet.ts';
import type { NoticeWords, Scenario, Step } from './nagios-scenario.ts';
import type { Page, PageKind } from '../../src/model/service-state.ts';

/** The scenarios once more, by the pages of the judge itself: as far as Muster can be told what they say. */

const FILE = new URL('../vectors/nagios/state_scenarios.json', import.meta.url);
const { scenarios } = JSON.parse(readFileSync(FILE, 'utf8')) as { scenarios: readonly Scenario[] };

/** Why a scenario is left to the machine alone (nagios-replay.test.ts); null: it is not. */
function whyNot({ steps = [], contacts, extra_objects = '' }: Scenario): string | null {
  if (contacts) return 'contacts have no filters of their own: routes have';
  if (extra_objects.includes('escalation'))
    return 'escalations go by time, not by the number of notifications';
  if (!Quieter.understands(steps))
    return 'nobody can send notices by hand, or switch them off but by a silence';
  return null;
}

test('few are left out', () => {
  const left = scenarios.flatMap((scenario) => (whyNot(scenario) === null ? [] : [scenario.id]));
  expect(left).toEqual(['B11', 'B13', 'B17', 'G01', 'G03']);
});

const expressible = scenarios.filter((scenario) => scenario.steps && whyNot(scenario) === null);
const active = scenarios.filter(({ expected_checks }) => expected_checks !== undefined);

test.for(expressible.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
  '%s: %s',
  async ([, , scenario]) => {
    const { steps = [], services } = scenario;
    const stage = new Stage(scenario);
    const quieter = new Quieter(stage, Object.keys(services));
    for (const [i, step] of steps.entries()) {
      await stage.until(step.t + 1);
      stage.take(step);
      quieter.do(step);
      if (steps[i + 1]?.t === step.t) continue;
      const untilS = steps[i + 1]?.t ?? step.t + 1;
      await stage.until(untilS);
      const said = steps.filter((one) => one.t === step.t && objectOf(one) === objectOf(step));
      const wanted = said.flatMap(({ expect: { notifications } }) => notifications);
      expect(notices(stage, objectOf(step), step.t, untilS), at(step)).toEqual(inOrder(wanted));
      const ofHost = step.expect.host_notifications_in_window;
      if (ofHost) expect(notices(stage, 'host', step.t, untilS), at(step)).toEqual(inOrder(ofHost));
    }
  },
);

test.for(active.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
  '%s: %s',
  async ([, , scenario]) => {
    const stage = new Stage(scenario);
    let firstMs = 0;
    await stage.until(60, (startedMs) => {
      firstMs ||= startedMs;
      return activePlugin(startedMs - firstMs);
    });
    const told = stage.pages().map((page) => ({ t: (page.createdMs - firstMs) / 1000, ...wordsOf(page) }));
    expect(told).toEqual(scenario.notifications);
  },
);

const TYPES: Partial<Record<PageKind, string>> = {
  problem: 'PROBLEM',
  reminder: 'PROBLEM',
  recovery: 'RECOVERY',
  'flapping-start': 'FLAPPINGSTART',
  'flapping-stop': 'FLAPPINGSTOP',
  'downtime-start': 'DOWNTIMESTART',
  'downtime-end': 'DOWNTIMEEND',
  'downtime-cancelled': 'DOWNTIMECANCELLED',
};

function notices(stage: Stage, object: string, fromS: number, untilS: number): NoticeWords[] {
  const isWithin = (ms: number) => ms >= START_MS + fromS * 1000 && ms < START_MS + untilS * 1000;
  return inOrder(
    stage
      .pages()
      .filter(({ host, service, createdMs }) => {
        return host === stage.host && service === object && isWithin(createdMs);
      })
      .map(wordsOf),
  );
}

/** Before the first result Nagios takes a service for well. */
function wordsOf({ receiver: contact, kind, state, service }: Page): NoticeWords {
  const well = service === 'host' ? 'UP' : 'OK';
  return { contact, type: TYPES[kind] ?? kind, state: state === 'PENDING' ? well : state };
}

function objectOf({ expect: { object, service } }: Step): string {
  return object === 'host' ? 'host' : (service ?? '');
}

function at({ t, input }: Step): string {
  return `at ${t} s: ${JSON.stringify(input)}`;
}
