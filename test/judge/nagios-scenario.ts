import { bench, Fleet, MemoryStore, Pager, START_MS } from './fleet.ts';
import { CHECK_DEFAULTS } from '../../src/contract/checks.ts';
import { definition } from '../check/definition.ts';
import type { Bench } from './fleet.ts';
import type { CheckResult, PluginRun, ResultOutcome } from '../../src/model/check-result.ts';
import type { CheckSettings, Dependency, ServiceDefinition } from '../../src/contract/checks.ts';
import type { AlertAnswers, AlertQuestion } from '../../src/model/alert-question.ts';
import type { Page } from '../../src/model/service-state.ts';
import type { ServiceDetail } from '../../src/contract/api.ts';

/** Scenarios of test/vectors/nagios/state_scenarios.json, and a judge to live through them. */

export type Words = Readonly<Record<string, string | number>>;

export interface Step {
  readonly t: number;
  readonly input: {
    readonly kind: 'service_result' | 'host_result' | 'command' | 'observe';
    readonly service?: string;
    readonly host?: string;
    readonly rc?: number;
    readonly output?: string;
    readonly timestamp_offset?: number;
    readonly command?: string;
  };
  readonly expect: {
    readonly object: 'service' | 'host';
    readonly service?: string;
    readonly state?: string;
    readonly state_type?: string;
    readonly attempt?: number;
    readonly log_alerts: readonly string[];
    readonly percent_state_change?: number;
    readonly is_flapping?: boolean;
    readonly plugin_output?: string;
    readonly long_plugin_output?: string;
    readonly performance_data?: string;
    readonly notifications: readonly NoticeWords[];
    readonly host_notifications_in_window?: readonly NoticeWords[];
    readonly current_notification_number?: string;
    readonly acknowledged?: boolean;
    readonly scheduled_downtime_depth?: number;
  };
}

/** A notification as Nagios logged it. */
export interface NoticeWords {
  readonly contact: string;
  readonly type: string;
  readonly state: string;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly globals_override?: Words;
  readonly host?: Words & { readonly host_name: string };
  readonly services: Readonly<Record<string, Words>>;
  readonly contacts?: Readonly<Record<string, Words>>;
  readonly extra_objects?: string;
  /** Of active checks, in seconds after the first one. */
  readonly notifications?: readonly (NoticeWords & { readonly t: number })[];
  readonly steps?: readonly Step[];
  /** Of active checks. */
  readonly plugin?: string;
  readonly expected_checks?: readonly {
    readonly t: number;
    readonly state: string;
    readonly state_type: string;
    readonly attempt: number;
  }[];
}

const CLUSTER = 'web';
const SECOND_MS = 1000;

export interface Audience {
  taken(object: { readonly host: string; readonly service: string }, nowMs: number): void;
  passed(nowMs: number): void;
}

/** A judge with the objects of a scenario, and its own clock. Times in seconds after the scenario's start. */
export class Stage {
  readonly #scenario: Scenario;
  readonly #fleet = new Fleet();
  readonly #store = new MemoryStore();
  readonly #bench: Bench;
  readonly #hosts: readonly string[];
  #nextS = 0;
  /** Runs of commands, by when they began. */
  readonly runs: PluginRun[] = [];
  /** Who looks on: at results that were taken, and at seconds that passed. */
  audience: Audience | null = null;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const own = this.host;
    this.#hosts = scenario.host?.['_has_parent_host'] ? [own, own.replace('h', 'p')] : [own];
    for (const name of this.#hosts) this.#fleet.host(name, 0);
    this.#bench = bench({
      fleet: this.#fleet,
      store: this.#store,
      definitions: definitionsOf(scenario),
      startS: 0,
      routes: [
        { match: { host: 'p.*' }, receiver: 'hp', continue: false },
        { match: { service: 'host' }, receiver: 'h1', continue: false },
        { match: {}, receiver: 'c1', continue: false },
      ],
      channels: new Map(['hp', 'h1', 'c1'].map((name) => [name, new Pager()])),
    });
  }

  get hosts(): readonly string[] {
    return this.#hosts;
  }

  get host(): string {
    return this.#scenario.host?.host_name ?? `h${this.#scenario.id}`;
  }

  /** Turns up to that second, without it; commands that are due are run by `plugin`, if there is one. */
  async until(untilS: number, plugin = this.#checkCommand()): Promise<void> {
    for (; this.#nextS < untilS; this.#nextS += 1) {
      for (const name of this.#hosts) this.#fleet.host(name, this.#nextS);
      await this.#bench.at(this.#nextS);
      for (const run of this.#bench.judge.takeErrands().runs) {
        this.runs.push(run);
        const { startMs: startedMs, ...rest } = run;
        const ran = { ...rest, ...plugin(startedMs), startedMs };
        this.#bench.judge.ran(
          [{ ...ran, end: 'exited', detail: '', executionMs: 0, latencyMs: 0 }],
          startedMs,
        );
        this.audience?.taken(run, startedMs);
      }
      this.audience?.passed(START_MS + this.#nextS * SECOND_MS);
    }
  }

  /** A fifth of a second after the step's time, as the vectors were made. */
  take({ t, input }: Step): readonly ResultOutcome[] {
    const result = resultOf(input, this.host);
    if (!result) return [];
    const timeMs = START_MS + t * SECOND_MS + (input.timestamp_offset ?? 0) * SECOND_MS;
    const nowMs = START_MS + t * SECOND_MS + SECOND_MS / 5;
    const results = [{ ...result, cluster: CLUSTER, timeMs, door: 'command' as const, from: '' }];
    const { answer } = this.#bench.judge.ask({ kind: 'results', results }, nowMs);
    for (const { service } of results) {
      const host = result.host.startsWith('192.') ? this.host : result.host;
      this.audience?.taken({ host, service }, nowMs);
    }
    return answer;
  }

  /** Asks the judge something of alerts, a fifth of a second after a step's time. */
  ask<K extends AlertQuestion['kind']>(
    question: Extract<AlertQuestion, { kind: K }>,
    t: number,
  ): AlertAnswers[K] {
    return this.#bench.judge.ask(question, START_MS + t * SECOND_MS + SECOND_MS / 5).answer;
  }

  /** Pages that were kept, in their order. */
  pages(): Page[] {
    return this.#store.commits.flatMap(({ pages }) => [...pages]);
  }

  detail(service: string, host = this.host): ServiceDetail {
    const key = { cluster: CLUSTER, host, service };
    const { answer } = this.#bench.judge.ask(
      { kind: 'detail', service: key },
      START_MS + this.#nextS * SECOND_MS,
    );
    if (!answer) throw new Error(`there is no ${service}`);
    return answer;
  }

  /** What was logged of a service in a window, as Nagios writes it. */
  alerts(service: string, fromS: number, untilS: number): string[] {
    const isWithin = (timeMs: number) =>
      timeMs >= START_MS + fromS * SECOND_MS && timeMs < START_MS + untilS * SECOND_MS;
    return (
      this.#store.commits
        .flatMap(({ events }) => events)
        .filter((event) => event.host === this.host && event.service === service && isWithin(event.timeMs))
        // Nagios logs what begins and ends as alerts of another kind.
        .filter(({ output }) => !output.startsWith('flapping '))
        .map(({ state, stateType, attempt }) => `${state};${stateType};${attempt}`)
    );
  }

  #checkCommand(): (startedMs: number) => { code: number; output: string } {
    const said = Object.values(this.#scenario.services).map((service) =>
      String(service['check_command'] ?? ''),
    );
    const [, rc = '3', output = ''] = /returns rc (\d) "(.*)"/u.exec(said.join('\n')) ?? [];
    return () => ({ code: Number(rc), output });
  }
}

/** The plugin of active checks, so long after its first run: as the vectors say bad from 10.3 to 30.7 s. */
export function activePlugin(passedMs: number): { code: number; output: string } {
  return { code: passedMs >= 10_300 && passedMs < 30_700 ? 2 : 0, output: '' };
}

function resultOf(
  { kind, service, rc, output, command = '' }: Step['input'],
  own: string,
): Pick<CheckResult, 'host' | 'service' | 'code' | 'output'> | undefined {
  const said = (output ?? '').replaceAll('\\n', '\n');
  if (kind === 'service_result') return { host: own, service: service ?? '', code: rc ?? 0, output: said };
  if (kind === 'host_result') return { host: own, service: 'host', code: rc ?? 0, output: said };
  const [name, host = '', ...rest] = command.split(';');
  // The address of a scenario's host is the fleet's.
  const where = host.startsWith('addr-') ? '192.0.2.1' : host;
  switch (name?.toUpperCase()) {
    case 'PROCESS_SERVICE_CHECK_RESULT':
      return { host: where, service: rest[0] ?? '', code: Number(rest[1]), output: rest.slice(2).join(';') };
    case 'PROCESS_HOST_CHECK_RESULT':
      return { host: where, service: 'host', code: Number(rest[0]), output: rest.slice(1).join(';') };
    default:
      // What is told to whom changes no state.
      return undefined;
  }
}

function definitionsOf({
  host,
  services,
  globals_override = {},
  extra_objects = '',
}: Scenario): ServiceDefinition[] {
  const nagios = {
    ...CHECK_DEFAULTS,
    semantics: 'nagios' as const,
    maxCheckAttempts: 1,
    flapDetectionEnabled: false,
    lowFlapThreshold: 5,
    highFlapThreshold: 20,
    softStateDependencies: globals_override['soft_state_dependencies'] === 1,
    passiveHostChecksAreSoft: globals_override['passive_host_checks_are_soft'] === 1,
    anchored: false,
    critical: '',
  };
  const isTranslated = globals_override['translate_passive_host_checks'] === 1;
  const hasParent = host?.['_has_parent_host'] !== undefined;
  const ofHost = (pattern: string, words: Words, changes: Partial<ServiceDefinition>) =>
    definition({
      ...nagios,
      name: 'host',
      host: pattern,
      subject: { kind: 'passive', service: null, command: null },
      ...settingsOf(words),
      ...changes,
    });
  const parents = hasParent && isTranslated ? [host['host_name'].replace('h', 'p')] : [];
  const dependencies = dependenciesOf(extra_objects);
  const made = Object.entries(services).map(([name, words]) =>
    definition({
      ...nagios,
      name,
      host: '^h',
      subject: subjectOf(words),
      ...settingsOf(words),
      dependsOn: dependencies.get(name) ?? [],
    }),
  );
  return [ofHost('^h', host ?? {}, { parents }), ofHost('^p', {}, {}), ...made];
}

function subjectOf(words: Words): ServiceDefinition['subject'] {
  const command = words['check_command'] === undefined ? null : ['/check'];
  return words['active_checks_enabled'] === 1
    ? { kind: 'command', command: command ?? ['/check'] }
    : { kind: 'passive', service: null, command };
}

function settingsOf(words: Words): Partial<CheckSettings> {
  const number = (key: string) => (words[key] === undefined ? undefined : Number(words[key]));
  const settings = {
    maxCheckAttempts: number('max_check_attempts'),
    checkIntervalMs: seconds(number('check_interval')),
    retryIntervalMs: seconds(number('retry_interval')),
    isVolatile: words['is_volatile'] === undefined ? undefined : words['is_volatile'] === 1,
    flapDetectionEnabled: words['flap_detection_enabled'] === 1 ? true : undefined,
    lowFlapThreshold: number('low_flap_threshold'),
    highFlapThreshold: number('high_flap_threshold'),
    flapDetectionOptions: words['flap_detection_options']?.toString().split(','),
    freshnessThresholdMs: words['check_freshness'] === 1 ? seconds(number('freshness_threshold')) : undefined,
    notificationIntervalMs: seconds(number('notification_interval') ?? 1000),
    notificationOptions: words['notification_options']?.toString().split(','),
    firstNotificationDelayMs: seconds(number('first_notification_delay')),
    notificationsEnabled: words['notifications_enabled'] === 0 ? false : undefined,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function seconds(many: number | undefined): number | undefined {
  return many === undefined ? undefined : many * SECOND_MS;
}

/** Every `define KIND{…}` as its words. */
export function objectsOf(kind: string, objects: string): ReadonlyMap<string, string>[] {
  return [...objects.matchAll(new RegExp(`define ${kind}\\s*\\{(.*?)\\}`, 'gsu'))].map(
    ([, body = '']) =>
      new Map(
        [...body.matchAll(/^\s*(\S+)\s+(.*)$/gmu)].map(([, key = '', value = '']) => [key, value.trim()]),
      ),
  );
}

/** `define servicedependency{…}` by the dependent service. */
export function dependenciesOf(objects: string): Map<string, Dependency[]> {
  const dependencies = new Map<string, Dependency[]>();
  for (const words of objectsOf('servicedependency', objects)) {
    const list = (key: string) => words.get(key)?.split(',') ?? [];
    const dependent = words.get('dependent_service_description') ?? '';
    const known = dependencies.get(dependent) ?? [];
    dependencies.set(dependent, [
      ...known,
      {
        host: '',
        service: words.get('service_description') ?? '',
        notificationFailureCriteria: list('notification_failure_criteria'),
        executionFailureCriteria: list('execution_failure_criteria'),
        inheritsParent: words.get('inherits_parent') === '1',
      },
    ]);
  }
  return dependencies;
}
