import { acknowledge, passTime, takeResult, unacknowledge } from '../../src/alert/nagios/machine.ts';
import { commandOf } from './nagios-commands.ts';
import { dependenciesOf } from './nagios-scenario.ts';
import { depthOf, isEntering } from '../../src/alert/nagios/downtime-depth.ts';
import { failingDependency } from '../../src/check/dependencies.ts';
import { NOTHING_TOLD } from '../../src/alert/nagios/notifying.ts';
import { rulesOf } from './nagios-objects.ts';
import { sendNotice, sendState } from '../../src/alert/nagios/send.ts';
import { START_MS } from './fleet.ts';
import type { Audience, NoticeWords, Scenario, Stage, Step } from './nagios-scenario.ts';
import type { Change } from '../../src/alert/nagios/machine.ts';
import type {
  HostStanding,
  NotificationRules,
  Notifying,
  Outcome,
  Standing,
  Subject,
} from '../../src/alert/nagios/notifying.ts';
import type { Master, Subordinate } from '../../src/check/dependencies.ts';
import type { Problem } from '../../src/model/service-state.ts';
import type { ScheduledDowntime } from './nagios-commands.ts';

interface Watched {
  rules: NotificationRules;
  state: Notifying;
  stands: Standing;
}

interface Told extends NoticeWords {
  readonly object: string;
  readonly atMs: number;
}

const WELL: Standing = { problem: null, isHard: true, isFlapping: false };
const FORCED = 2;
const BROADCAST = 1;
const COUNTED = 4;
const PERIODS = { includes: (name: string) => name !== 'never', nextValid: () => null };

/**
 * The machine of notifications beside a judge: states are the judge's, commands the scenario's, and notices
 * what the machine makes of both.
 */
export class Notifier implements Audience {
  readonly #scenario: Scenario;
  readonly #stage: Stage;
  readonly #objects = new Map<string, Watched>();
  #downtimes: ScheduledDowntime[] = [];
  #downtimesMade = 0;
  #isEnabled = true;
  readonly told: Told[] = [];

  constructor(scenario: Scenario, stage: Stage) {
    this.#scenario = scenario;
    this.#stage = stage;
    const parent = scenario.host?.['_has_parent_host'] ? ['parent'] : [];
    for (const name of [...parent, 'host', ...Object.keys(scenario.services)]) {
      this.#objects.set(name, { rules: rulesOf(scenario, name), state: NOTHING_TOLD, stands: WELL });
    }
  }

  taken({ host, service }: { readonly host: string; readonly service: string }, nowMs: number): void {
    const name = service === 'host' && host !== this.#stage.host ? 'parent' : service;
    const one = this.#objects.get(name);
    if (!one) return;
    const before = one.stands;
    one.stands = this.#standing(host, service);
    // Of a problem that is not new, too: Nagios looks at the host with it, which costs a reminder of its own.
    if (one.stands.problem !== null && !isAboutHost(name)) this.#remindOfHost(nowMs);
    this.#apply(name, nowMs, (subject) => takeResult(subject, changeOf(before, one.stands)));
  }

  passed(nowMs: number): void {
    for (const name of this.#objects.keys()) this.#apply(name, nowMs, passTime);
  }

  /** A step's command, if it is about notifications. */
  do({ t, input: { command = '' } }: Step): void {
    const nowMs = START_MS + t * 1000;
    const services = Object.keys(this.#scenario.services);
    const names = { host: this.#stage.host, services, nowMs, count: this.#downtimesMade };
    const wish = commandOf(command, names);
    switch (wish?.kind) {
      case undefined:
        return;
      case 'acknowledge':
        this.#apply(wish.object, nowMs, (subject) => acknowledge(subject, wish));
        return;
      case 'unacknowledge':
        this.#change(wish.object, (one) => ({ state: unacknowledge(one.state) }));
        return;
      case 'schedule':
        this.#downtimes.push(...wish.downtimes);
        this.#downtimesMade += wish.downtimes.length;
        break;
      case 'cancel':
        this.#downtimes = this.#downtimes.filter(({ object }) => !wish.objects.includes(object));
        break;
      case 'cancel-one':
        this.#downtimes = this.#downtimes.filter(({ id }) => id !== wish.id);
        break;
      case 'enable':
        this.#change(wish.object, ({ rules }) => ({ rules: { ...rules, isEnabled: wish.isEnabled } }));
        return;
      case 'enable-all':
        this.#isEnabled = wish.isEnabled;
        return;
      case 'detect-flapping':
        this.#change(wish.object, ({ rules, stands }) => ({
          rules: { ...rules, detectsFlapping: wish.detects },
          stands: { ...stands, isFlapping: stands.isFlapping && wish.detects },
        }));
        break;
      case 'delay':
        this.#change(wish.object, ({ state }) => ({ state: { ...state, nextMs: wish.untilMs } }));
        return;
      case 'custom': {
        const has = (bit: number) => (wish.options & bit) !== 0;
        const reach = { isForced: has(FORCED), isBroadcast: has(BROADCAST), isCounted: has(COUNTED) };
        this.#apply(wish.object, nowMs, (subject) => sendNotice('CUSTOM', subject, reach));
        return;
      }
    }
    this.passed(nowMs);
  }

  /** What was told of an object in a window, in seconds; in the order of the words. */
  notices(object: string, fromS: number, untilS: number): NoticeWords[] {
    const isWithin = ({ atMs }: Told) => atMs >= START_MS + fromS * 1000 && atMs < START_MS + untilS * 1000;
    return inOrder(this.told.filter((one) => one.object === object && isWithin(one)).map(wordsOf));
  }

  figures(object: string): { number: string; acknowledged: boolean; depth: number } {
    const { number, acknowledged, ...state } = this.#objects.get(object)?.state ?? NOTHING_TOLD;
    const depth = depthOf({ ...state, number, acknowledged });
    return { number: String(number), acknowledged: acknowledged !== 'no', depth };
  }

  #standing(host: string, service: string): Standing {
    const { state, state_type, flapping } = this.#stage.detail(service, host).service;
    const isWell = state === 'OK' || state === 'UP' || state === 'PENDING';
    return {
      problem: isWell ? null : (state as Problem),
      isHard: state_type === 'HARD',
      isFlapping: flapping,
    };
  }

  #remindOfHost(nowMs: number): void {
    if (this.#objects.get('host')?.stands.problem) this.#apply('host', nowMs, sendState);
  }

  #change(name: string, to: (one: Watched) => Partial<Watched>): void {
    const one = this.#objects.get(name);
    if (one) Object.assign(one, to(one));
  }

  #apply(name: string, nowMs: number, step: (subject: Subject) => Outcome): void {
    const one = this.#objects.get(name);
    if (!one) return;
    const outcome = step(this.#subject(name, one, nowMs));
    // As it is kept across a restart.
    one.state = JSON.parse(JSON.stringify(outcome.state)) as Notifying;
    const state = one.stands.problem ?? (isAboutHost(name) ? 'UP' : 'OK');
    for (const { type, contacts } of outcome.notices) {
      for (const contact of contacts) this.told.push({ object: name, atMs: nowMs, contact, type, state });
    }
  }

  #subject(name: string, { state, rules, stands }: Watched, nowMs: number): Subject {
    const moment = {
      nowMs,
      isEnabled: this.#isEnabled,
      stands,
      host: isAboutHost(name) ? null : this.#hostStanding(nowMs),
      downtimes: this.#downtimesOf(name),
      periods: PERIODS,
      dependencyFails: () => this.#dependencyFails(name),
    };
    return { state, rules, moment };
  }

  #hostStanding(nowMs: number): HostStanding {
    const { state, stands } = this.#objects.get('host') ?? { state: NOTHING_TOLD, stands: WELL };
    const parent = this.#objects.get('parent')?.stands;
    return {
      isUp: stands.problem === null,
      isHard: stands.isHard,
      isInDowntime: depthOf(state) > 0,
      isEnteringDowntime: isEntering(state, { nowMs, stands, downtimes: this.#downtimesOf('host') }),
      areParentsDown: parent !== undefined && parent.problem !== null,
    };
  }

  #downtimesOf(name: string) {
    return this.#downtimes
      .filter(({ object }) => object === name)
      .map((one) => ({ ...one, trigger: one.triggeredBy === '' ? null : this.#triggerOf(one) }));
  }

  #triggerOf({ triggeredBy }: ScheduledDowntime): 'waiting' | 'running' | 'over' {
    const cause = this.#downtimes.find(({ id }) => id === triggeredBy);
    const known = this.#objects.get(cause?.object ?? '')?.state;
    if (!cause || known?.over.includes(triggeredBy)) return 'over';
    return known?.downtimes.some(({ id, isRunning }) => id === triggeredBy && isRunning)
      ? 'running'
      : 'waiting';
  }

  #dependencyFails(name: string): boolean {
    const softStateDependencies = this.#scenario.globals_override?.['soft_state_dependencies'] === 1;
    const rules = { purpose: 'notification', softStateDependencies } as const;
    return failingDependency(this.#subordinate(name), rules) !== null;
  }

  #subordinate(name: string): Subordinate {
    const dependencies = dependenciesOf(this.#scenario.extra_objects ?? '').get(name) ?? [];
    return {
      dependsOn: dependencies.map((dependency) => ({ dependency, master: this.#master(dependency.service) })),
    };
  }

  #master(name: string): Master {
    const { problem, isHard } = this.#objects.get(name)?.stands ?? WELL;
    const at = { sinceMs: 0, attempt: 1, triedMs: 0, evidenceMs: 0 };
    const kind = isHard ? 'hard' : 'soft';
    const status = problem === null ? ({ kind: 'ok', sinceMs: 0 } as const) : { ...at, kind, problem };
    return { status, isJudged: true, ...this.#subordinate(name) } as Master;
  }
}

export function inOrder(words: readonly NoticeWords[]): NoticeWords[] {
  const line = ({ contact, type, state }: NoticeWords) => `${type} ${contact} ${state}`;
  return words.toSorted((a, b) => (line(a) < line(b) ? -1 : 1)).map(wordsOf);
}

function wordsOf({ contact, type, state }: NoticeWords): NoticeWords {
  return { contact, type, state };
}

function isAboutHost(name: string): boolean {
  return name === 'host' || name === 'parent';
}

function changeOf(before: Standing, after: Standing): Change {
  const isOther = before.problem !== after.problem;
  const isHardNow = after.isHard && (isOther || !before.isHard);
  // A soft problem that ends leaves a hard OK.
  const isSoftEnd = after.problem === null && !before.isHard;
  return { isOther, isHard: isHardNow && !isSoftEnd };
}
