import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { activePlugin, Stage } from './nagios-scenario.ts';
import { inOrder, Notifier } from './nagios-notifier.ts';
import { START_MS } from './fleet.ts';
import type { Scenario, Step } from './nagios-scenario.ts';

const FILE = new URL('../vectors/nagios/state_scenarios.json', import.meta.url);
const { scenarios } = JSON.parse(readFileSync(FILE, 'utf8')) as { scenarios: readonly Scenario[] };

const passive = scenarios.filter(({ steps }) => steps !== undefined);
const active = scenarios.filter(({ expected_checks }) => expected_checks !== undefined);

test('all of them are here', () => {
  expect(passive.length + active.length).toBe(scenarios.length);
});

test.for(passive.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
  '%s: %s',
  async ([, , scenario]) => {
    const { steps = [] } = scenario;
    const stage = new Stage(scenario);
    for (const [i, step] of steps.entries()) {
      await stage.until(step.t + 1);
      expect(stage.take(step).every(({ ok }) => ok)).toBe(true);
      const next = steps.slice(i + 1).find(({ t }) => t > step.t);
      const untilS = next?.t ?? step.t + 1;
      const isResult = step.input.kind.endsWith('_result');
      if (isResult) expect(found(stage, step), at(step)).toEqual(wanted(step));
      if (steps[i + 1]?.t === step.t) continue;
      await stage.until(untilS);
      if (!isResult) expect(found(stage, step), at(step)).toEqual(wanted(step));
      // What is said for a changed output alone is nothing Muster has.
      if (hasStalking(scenario)) continue;
      expect(stage.alerts(serviceOf(step), step.t, untilS), at(step)).toEqual(alertsOf(steps, step));
    }
  },
);

test.for(active.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
  '%s: %s',
  async ([, , scenario]) => {
    const stage = new Stage(scenario);
    const { expected_checks: checks = [] } = scenario;
    const found: object[] = [];
    let firstMs: number | undefined;
    const plugin = (startedMs: number) => {
      firstMs ??= startedMs;
      return activePlugin(startedMs - firstMs);
    };
    for (let second = 2; found.length < checks.length && second < 200; second += 1) {
      await stage.until(second, plugin);
      for (const { startMs } of stage.runs.slice(found.length)) {
        const { state, state_type, attempt } = stage.detail('s').service;
        found.push({ t: (startMs - (firstMs ?? startMs)) / 1000, state, state_type, attempt });
      }
    }
    expect(found).toEqual(checks);
    expect(firstMs).toBeGreaterThan(START_MS);
  },
);

/**
 * Notifications by the machine of src/alert/nagios beside the judge, which says what state everything is in.
 * Filters of contacts, escalations by number, custom notices and switches are nothing Muster can be told.
 * nagios-pages.test.ts has the others once more, by the pages of the judge.
 */
describe('notifications', () => {
  test.for(passive.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    '%s: %s',
    async ([, , scenario]) => {
      const { steps = [] } = scenario;
      const stage = new Stage(scenario);
      const notifier = new Notifier(scenario, stage);
      stage.audience = notifier;
      for (const [i, step] of steps.entries()) {
        await stage.until(step.t + 1);
        stage.take(step);
        notifier.do(step);
        if (steps[i + 1]?.t === step.t) continue;
        const untilS = steps[i + 1]?.t ?? step.t + 1;
        await stage.until(untilS);
        const { expect: said } = step;
        expect(notifier.notices(serviceOf(step), step.t, untilS), at(step)).toEqual(
          inOrder(noticesOf(steps, step)),
        );
        if (said.object === 'service') {
          expect(notifier.notices('host', step.t, untilS), at(step)).toEqual(
            inOrder(said.host_notifications_in_window ?? notifier.notices('host', step.t, untilS)),
          );
        }
        const { number, acknowledged, depth } = notifier.figures(serviceOf(step));
        expect(number, at(step)).toBe(said.current_notification_number ?? number);
        expect(acknowledged, at(step)).toBe(said.acknowledged ?? acknowledged);
        expect(depth, at(step)).toBe(said.scheduled_downtime_depth ?? depth);
      }
    },
  );

  test.for(active.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    '%s: %s',
    async ([, , scenario]) => {
      const stage = new Stage(scenario);
      const notifier = new Notifier(scenario, stage);
      stage.audience = notifier;
      let firstMs: number | undefined;
      await stage.until(60, (startedMs) => {
        firstMs ??= startedMs;
        return activePlugin(startedMs - firstMs);
      });
      const told = notifier.told.map(({ atMs, contact, type, state }) => {
        return { t: (atMs - (firstMs ?? 0)) / 1000, contact, type, state };
      });
      expect(told).toEqual(scenario.notifications);
    },
  );
});

/** Of several steps at one time and about one service each says what all of them did. */
function noticesOf(steps: readonly Step[], step: Step): Step['expect']['notifications'] {
  const same = steps.filter((one) => one.t === step.t && serviceOf(one) === serviceOf(step));
  return same.flatMap(({ expect: { notifications } }) => notifications);
}

const at = ({ t, input }: Step) => `at ${t} s: ${JSON.stringify(input)}`;

function serviceOf({ expect: { object, service } }: Step): string {
  return object === 'host' ? 'host' : (service ?? '');
}

/** The part of what is expected that is about states and words. */
function wanted({ expect: said }: Step): object {
  const { state, state_type, attempt, percent_state_change, is_flapping } = said;
  const { plugin_output, long_plugin_output, performance_data } = said;
  return known({
    state,
    state_type,
    attempt,
    percent_state_change,
    is_flapping,
    plugin_output,
    long_plugin_output: long_plugin_output?.replaceAll('\\n', '\n'),
    // Nagios joins what stands in several places with more blanks than one.
    performance_data: performance_data?.replaceAll(/ +/gu, ' '),
  });
}

function found(stage: Stage, step: Step): object {
  const { service, long_output, performance } = stage.detail(serviceOf(step));
  const all = {
    // Before the first result Nagios takes a service for well.
    state: service.state === 'PENDING' ? 'OK' : service.state,
    state_type: service.state_type,
    attempt: service.attempt,
    percent_state_change: Math.round(service.percent_state_change * 100) / 100,
    is_flapping: service.flapping,
    plugin_output: service.output,
    // Read from a line of status.dat, which lost its last blank.
    long_plugin_output: long_output.trimEnd(),
    performance_data: performance.map(({ label, value }) => `${label}=${value}`).join(' '),
  };
  const asked = Object.keys(wanted(step));
  return Object.fromEntries(Object.entries(all).filter(([key]) => asked.includes(key)));
}

/** Of several steps at one time and about one service each says what all of them did. */
function alertsOf(steps: readonly Step[], step: Step): readonly string[] {
  const same = steps.filter((one) => one.t === step.t && serviceOf(one) === serviceOf(step));
  return same[0]?.expect.log_alerts ?? [];
}

function hasStalking({ services }: Scenario): boolean {
  return Object.values(services).some((service) => 'stalking_options' in service);
}

function known(all: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
