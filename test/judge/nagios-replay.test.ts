import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Stage } from './nagios-scenario.ts';
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
      const t = (startedMs - firstMs) / 1000;
      // As the vectors have it: bad from 10.3 s to 30.7 s.
      return { code: t >= 10.3 && t < 30.7 ? 2 : 0, output: '' };
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
