import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agents } from './agents.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import { vectorText } from '../wire/vector-files.ts';
import type { EventView, ServiceView } from '../../src/contract/api.ts';
import type { Scenario, Step } from '../judge/nagios-scenario.ts';

/** What real Nagios did, done again through the API of a whole server; test/judge/nagios-replay.test.ts has all. */

const { scenarios } = JSON.parse(vectorText('nagios/state_scenarios.json')) as {
  scenarios: readonly Scenario[];
};
/** By address the hosts of this test cannot be told apart; freshness has tests of its own below. */
const ELSEWHERE = ['K02', 'F01', 'F03'];
const REPLAYED = scenarios.filter(({ id, steps }) => steps !== undefined && !ELSEWHERE.includes(id));
const STALE = scenarios.filter(({ id }) => ['F01', 'F03'].includes(id));
/** In place of the eight seconds of the scenarios. */
const STALE_AFTER = '2s';
const place = scratch();
let server: Server;
let agents: Agents[] = [];

const clusterOf = ({ globals_override: said }: Scenario) =>
  said?.['passive_host_checks_are_soft'] ? 'soft' : 'hard';
const hostOf = ({ id, host }: Scenario) => host?.host_name ?? `h${id}`;
const nameOf = ({ id }: Scenario, service: string) => `${id} ${service}`;

/** The services of a scenario, each under a name that no other has. */
function definitionsOf(scenario: Scenario): object[] {
  return Object.entries(scenario.services).map(([service, words]) => {
    const flaps = words['flap_detection_enabled'] === 1;
    const [, rc, output] = /returns rc (\d) "(.*)"/u.exec(String(words['check_command'] ?? '')) ?? [];
    return {
      name: nameOf(scenario, service),
      host: `^${hostOf(scenario)}$`,
      passive: true,
      max_check_attempts: words['max_check_attempts'] ?? 1,
      is_volatile: words['is_volatile'] === 1,
      flap_detection_enabled: flaps,
      ...(flaps ? { low_flap_threshold: words['low_flap_threshold'], high_flap_threshold: 20 } : {}),
      ...(words['flap_detection_options'] ? { flap_detection_options: words['flap_detection_options'] } : {}),
      ...(rc === undefined ? {} : { command: [plugin(rc, output ?? '')], freshness_threshold: STALE_AFTER }),
    };
  });
}

/** A script that says this and ends so. */
function plugin(rc: string, output: string): string {
  const path = join(place.dir, `returns-${rc}`);
  writeFileSync(path, `#!/bin/sh\necho '${output}'\nexit ${rc}\n`, { mode: 0o755 });
  return path;
}

beforeAll(async () => {
  const ports = { http: await freeTcpPort(), hard: await freeUdpPort(), soft: await freeUdpPort() };
  const checks = {
    semantics: 'nagios',
    defaults: [
      { cluster: '^soft$', passive_host_checks_are_soft: true, max_check_attempts: 3 },
      { cluster: '^hard$', max_check_attempts: 1 },
    ],
    services: [
      { name: 'host', passive: true, flap_detection_enabled: false },
      ...[...REPLAYED, ...STALE].flatMap(definitionsOf),
    ],
  };
  writeFileSync(join(place.dir, 'checks.yaml'), JSON.stringify(checks));
  const groups = (['hard', 'soft'] as const).map(
    (name) => `  - { name: ${name}, listen: 127.0.0.1:${ports[name]} }`,
  );
  const config = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${ports.http} }
self_monitor: off
groups:
${groups.join('\n')}
store: { type: memory }
checks: checks.yaml
`,
  );
  server = await Server.start(config, ports.http);
  agents = [await Agents.on(ports.hard), await Agents.on(ports.soft)];
  const [hard, soft] = agents;
  const all = [...REPLAYED, ...STALE];
  for (const one of all) (clusterOf(one) === 'soft' ? soft : hard)?.gmond(hostOf(one), 'load_one', 1);
  await until('the hosts', async () => {
    const views = await server.get<ServiceView[]>('/api/v1/services?service=host');
    return views.length === all.length ? true : undefined;
  });
});

afterAll(async () => {
  for (const agent of agents) agent[Symbol.dispose]();
  const { code, books } = await server.stop();
  await server[Symbol.asyncDispose]();
  place[Symbol.dispose]();
  expect(code).toBe(0);
  expect(imbalance(books)).toBe(0);
});

async function post(path: string, body: object): Promise<Response> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(`${server.url}${path}`, init);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function viewOf(scenario: Scenario, service: string): Promise<ServiceView | undefined> {
  const name = service === 'host' ? 'host' : nameOf(scenario, service);
  const query = new URLSearchParams({ host: hostOf(scenario), service: name });
  const [view] = await server.get<ServiceView[]>(`/api/v1/services?${query.toString()}`);
  return view;
}

/** Gives the server what a step brings; the service as it is after that. */
async function take(scenario: Scenario, { input, expect: said }: Step): Promise<ServiceView | undefined> {
  const { kind, rc = 0, output = '', timestamp_offset: offset = 0, command = '' } = input;
  const service = said.object === 'host' ? 'host' : (said.service ?? 's');
  if (command.startsWith('PROCESS_SERVICE_CHECK_RESULT')) {
    await post('/api/v1/commands', { commands: [command.replace(';s;', `;${nameOf(scenario, 's')};`)] });
  }
  if (kind === 'command' || kind === 'observe') return viewOf(scenario, service);
  const of = kind === 'host_result' ? 'host' : nameOf(scenario, input.service ?? 's');
  const path = `/api/v1/services/${clusterOf(scenario)}/${hostOf(scenario)}/${encodeURIComponent(of)}/result`;
  const time = offset === 0 ? {} : { time: Math.floor(Date.now() / 1000) + offset };
  const body = { state: rc, output: output.replaceAll('\\n', '\n'), ...time };
  const answer = await post(path, body);
  const view = (await answer.json()) as ServiceView;
  return kind === 'host_result' && service !== 'host' ? viewOf(scenario, service) : view;
}

describe('semantics: nagios', () => {
  test.concurrent.for(REPLAYED.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    '%s: %s',
    async ([, , scenario], { expect }) => {
      for (const step of scenario.steps ?? []) {
        const view = await take(scenario, step);
        const { state, state_type, attempt, is_flapping, percent_state_change } = step.expect;
        if (state === undefined) continue;
        const found = [view?.state, view?.state_type, view?.attempt];
        expect(found, JSON.stringify(step)).toEqual([state, state_type, attempt]);
        if (is_flapping !== undefined) expect(view?.flapping).toBe(is_flapping);
        if (percent_state_change === undefined) continue;
        expect(view?.percent_state_change).toBeCloseTo(percent_state_change, 2);
      }
    },
  );

  test.concurrent.for(STALE.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    `%s, stale after ${STALE_AFTER}: %s`,
    async ([, , scenario], { expect }) => {
      const { steps = [] } = scenario;
      const [first] = steps;
      if (!first) throw new Error('no step');
      expect(await take(scenario, first)).toMatchObject({ state: 'OK' });
      const alerts = steps
        .flatMap(({ expect: said }) => said.log_alerts)
        .filter((alert) => !alert.startsWith('OK'));
      const query = new URLSearchParams({ host: hostOf(scenario) });
      const found = await until('the changes', async () => {
        const events = await server.get<EventView[]>(`/api/v1/events?${query.toString()}`);
        return events.length < alerts.length ? undefined : events;
      });
      const told = found.map(({ state, state_type: type, attempt }) => `${state};${type};${attempt}`);
      expect(told.toSorted()).toEqual(alerts.toSorted());
      expect(await take(scenario, first)).toMatchObject({ state: 'OK', state_type: 'HARD', attempt: 1 });
    },
  );
});
