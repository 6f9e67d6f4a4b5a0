import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { agentKey } from '../access/agent-key.ts';
import { decideDeparture, decideRegistration } from '../fleet/enrol.ts';
import { decideGone, decideListed } from '../fleet/take-list.ts';
import { instanceFacts } from '../fleet/names.ts';
import { Roster } from '../fleet/roster.ts';
import {
  HISTORY_MOVE_WITHIN_MS,
  HISTORY_MOVES_WAITING_MAX,
  INSTANCES_MAX,
  REGISTRATIONS_AT_ONCE,
  REGISTRATIONS_WAITING_MAX,
} from '../limits.ts';
import { createOncePer } from '../ops/log.ts';
import { FleetRepository } from '../state/fleet-repository.ts';
import { HistoryMoves } from './history-moves.ts';
import type {
  Departure,
  DepartureOutcome,
  Instance,
  ListChange,
  Registration,
  RegistrationOutcome,
} from '../fleet/instance.ts';
import type { AuditTrail } from '../http/audit.ts';
import type { FleetFigures } from '../contract/stats.ts';
import type { GroupConfig } from '../contract/config.ts';
import type { Histories, Membership, RosterNews } from '../model/instance.ts';
import type { MadeChange, RosterChange } from '../fleet/roster.ts';
import type { Registry } from '../http/ports.ts';
import type { Surroundings } from '../fleet/enrol.ts';

interface RosterLog {
  warn(detail: object, message: string): void;
  error(detail: object, message: string): void;
}

export interface RosterBookOptions {
  readonly file: string;
  readonly groups: () => readonly Pick<GroupConfig, 'name' | 'hostName' | 'binding'>[];
  /** When a host was last heard, epoch ms; 0: never. */
  readonly heardMs: (cluster: string, host: string) => number;
  /** The usual time between two packets of it, ms; 0: not known, as without this. */
  readonly gapMs?: (cluster: string, host: string) => number;
  readonly histories: Histories;
  readonly tell: (news: readonly RosterNews[]) => void;
  /** Where it is written down whom lists retire. Who asks for a registration knows better by whom it came. */
  readonly audit: AuditTrail;
  readonly nowMs: () => number;
  readonly log: RosterLog;
  /** How many instances there may be; INSTANCES_MAX unless told. */
  readonly max?: number;
  /** How long an instance waits for histories, ms; HISTORY_MOVE_WITHIN_MS unless told. */
  readonly moveWithinMs?: number;
  /** Resolves after this time; the machine's clock unless told. */
  readonly pause?: (ms: number, stop: AbortSignal) => Promise<unknown>;
}

/** What was decided on one wish, or why not. */
interface Decided {
  readonly change: RosterChange | undefined;
  readonly answer: (isKept: boolean) => void;
}

const FAULT_LOG_MS = 60_000;
const NOT_KEPT = 'fleet.db cannot be written';
const BUSY = { ok: false, refusal: 'busy', message: 'too many instances register at once' } as const;
const HISTORIES_WAIT = { ...BUSY, message: 'too many histories wait for their new names' } as const;
const NAMED_IN_AUDIT = 20;
const HOUR_MS = 3_600_000;
/** The share of the room from which on instances that nobody hears make way sooner. */
const TIGHT = 0.9;

/**
 * The roster of instances, kept in fleet.db: durable before anybody is told. What comes in one turn of the
 * process is kept by one transaction, as each costs the disk the same.
 */
export class RosterBook implements Registry, Disposable {
  readonly #o: RosterBookOptions;
  readonly #rows: FleetRepository;
  readonly #roster: Roster;
  readonly #moves: HistoryMoves;
  readonly #once;
  readonly #openedMs: number;
  readonly #waiting: (() => Decided)[] = [];
  readonly #registrations = new Map<string, { cluster: string; outcome: string; count: number }>();
  /** Histories that have their names, which fleet.db is to be told: with the next that it is told. */
  #moved: number[] = [];
  readonly #rest = new AbortController();
  #turn: NodeJS.Immediate | undefined;
  #version = 0;
  /** Why the newest change was not kept; empty: it was. */
  #fault = '';
  #isFull = false;

  /** Throws a DatabaseFault when the file cannot be used. */
  constructor(options: RosterBookOptions) {
    this.#o = options;
    this.#once = createOncePer(options.nowMs);
    this.#openedMs = options.nowMs();
    this.#rows = new FleetRepository(options.file, randomBytes);
    this.#roster = new Roster(this.#rows.instances());
    this.#moves = new HistoryMoves({
      histories: options.histories,
      settle: (id) => {
        this.#moved.push(id);
        this.#turn ??= setImmediate(() => this.#settle());
      },
      pause: (ms) => this.#pause(ms),
      log: options.log,
    });
  }

  version(): number {
    return this.#version;
  }

  async register(wish: Registration): Promise<RegistrationOutcome> {
    const outcome = await this.#registered(wish);
    this.#count(wish.cluster, outcome.ok ? (outcome.isNew ? 'new' : 'again') : outcome.refusal);
    if (!outcome.ok) return outcome;
    const { cluster, host } = outcome.instance;
    const withinMs = this.#o.moveWithinMs ?? HISTORY_MOVE_WITHIN_MS;
    if (!(await this.#moves.settled(cluster, host, withinMs))) {
      this.#o.log.warn({ cluster, host }, 'an instance did not wait for the history of its name any longer');
    }
    return outcome;
  }

  #registered(wish: Registration): Promise<RegistrationOutcome> {
    const group = this.#o.groups().find(({ name }) => name === wish.cluster);
    const { gapMs = () => 0 } = this.#o;
    const of = { hostName: group?.hostName ?? 'packet', isBinding: group?.binding === true, gapMs };
    return this.#wish<RegistrationOutcome>(BUSY, (resolve) => {
      const decision = decideRegistration(this.#roster, wish, { ...this.#around(), ...of });
      if (!decision.ok) return { change: undefined, answer: () => resolve(decision) };
      const { instance, isNew, replaced, change } = decision;
      const isHeldUp = change.moves.length > 0 && this.#moves.open >= HISTORY_MOVES_WAITING_MAX;
      if (isHeldUp) return { change: undefined, answer: () => resolve(HISTORIES_WAIT) };
      const key = agentKey(this.#rows.secret, instance.cluster, instance.instanceId);
      const kept = { ok: true, instance, key, isNew, replaced } as const;
      return { change, answer: (isKept) => resolve(isKept ? kept : this.#notKept()) };
    });
  }

  deregister(wish: Departure): Promise<DepartureOutcome> {
    return this.#wish<DepartureOutcome>(BUSY, (resolve) => {
      const decision = decideDeparture(this.#roster, wish, this.#around());
      if (!decision.ok) return { change: undefined, answer: () => resolve(decision) };
      const { instance, isNew, change } = decision;
      const kept = { ok: true, instance, isNew } as const;
      return { change, answer: (isKept) => resolve(isKept ? kept : this.#notKept()) };
    });
  }

  /**
   * Takes what a reading of a list changes; histories follow by themselves. False: it could not be kept, and
   * nothing has changed: say the same again.
   */
  reconcile({ list, listed, gone }: ListChange): boolean {
    const around = this.#around();
    const made: MadeChange[] = [];
    const left: Instance[] = [];
    for (const one of gone) {
      const decision = decideGone(this.#roster, { list, gone: one }, around);
      if (decision) made.push(this.#roster.apply(decision.change));
      if (decision?.left) left.push(decision.left);
    }
    this.#isFull = false;
    for (const entry of listed) {
      const decision = decideListed(this.#roster, { list, entry }, around);
      if (decision === 'full') this.#isFull = true;
      else if (decision) made.push(this.#roster.apply(decision));
    }
    if (!this.#keep(made)) return false;
    this.#noteLeft(list, left);
    return true;
  }

  instance(cluster: string, host: string): Instance | undefined {
    return this.#roster.holder(cluster, host);
  }

  /** Of the groups that there are. */
  *instances(): Generator<Instance> {
    const names = new Set(this.#o.groups().map(({ name }) => name));
    for (const one of this.#roster.all()) if (names.has(one.cluster)) yield one;
  }

  /** Tells everybody all of it, and goes on with histories that were to get their names in an earlier run. */
  introduce(): void {
    this.#o.tell(Array.from(this.#roster.all(), (one) => ({ kind: 'member', member: this.#memberOf(one) })));
    const open = this.#attempt(() => this.#rows.openMoves()) ?? [];
    for (const move of open) this.#moves.start(move);
  }

  /**
   * Forgets instances that left before that time, epoch ms: their histories are let go by then, too. So are
   * those of instances that ended without a word.
   */
  prune({ retiredMs }: { readonly retiredMs: number }): void {
    const isLost = this.#isLost(retiredMs);
    const old = Array.from(this.#roster.all()).filter((one) =>
      one.standing.kind === 'left' ? one.standing.sinceMs < retiredMs : isLost(one),
    );
    if (old.length > 0) this.#keep([this.#roster.apply({ drops: old, puts: [], moves: [] })]);
  }

  figures(): FleetFigures {
    return { instances: this.#roster.counts(), registrations: [...this.#registrations.values()] };
  }

  /** What whoever runs the server should do something about. */
  notes(): string[] {
    const full = `${INSTANCES_MAX} instances, or all the tags there is room for, are here: what lists add is passed over`;
    const histories = this.#moves.note();
    return [
      ...(histories === undefined ? [] : [histories]),
      ...(this.#fault === '' ? [] : [`nobody can register or leave: ${this.#fault}`]),
      ...(this.#isFull ? [full] : []),
    ];
  }

  /** No history is asked for again until the next start. */
  rest(): void {
    this.#rest.abort();
  }

  [Symbol.dispose](): void {
    this.rest();
    while (this.#waiting.length > 0) this.#settle();
    this.#keep([]);
    if (this.#turn) clearImmediate(this.#turn);
    this.#rows[Symbol.dispose]();
  }

  /**
   * Whether nothing has been heard of an instance since that time: its host is not known, nor listed. Where
   * there is hardly any room left, an hour is long enough.
   */
  #isLost(retiredMs: number): (instance: Instance) => boolean {
    const { nowMs, heardMs, groups, max = INSTANCES_MAX } = this.#o;
    const hourAgoMs = nowMs() - HOUR_MS;
    // Until then a host may not be known again since the start.
    if (this.#openedMs > hourAgoMs) return () => false;
    const isTight = this.#roster.size > max * TIGHT;
    const beforeMs = isTight ? hourAgoMs : retiredMs;
    const running = new Set(groups().map(({ name }) => name));
    return ({ cluster, host, lists, sinceMs, registeredMs }) =>
      lists.length === 0 &&
      Math.max(sinceMs, registeredMs) < beforeMs &&
      (isTight || running.has(cluster)) &&
      heardMs(cluster, host) === 0;
  }

  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#rest;
    await (this.#o.pause ?? machinePause)(ms, signal).catch(() => undefined);
    return !signal.aborted;
  }

  #around(): Surroundings {
    const { nowMs, heardMs, max = INSTANCES_MAX } = this.#o;
    return { nowMs: nowMs(), heardMs, max };
  }

  #notKept() {
    return { ok: false, refusal: 'not_kept', message: this.#fault || NOT_KEPT } as const;
  }

  /** Decides on it with what else has come by the next turn of the process. */
  #wish<T>(busy: T, decide: (resolve: (outcome: T) => void) => Decided): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    if (this.#waiting.length >= REGISTRATIONS_WAITING_MAX) {
      resolve(busy);
      return promise;
    }
    this.#waiting.push(() => decide(resolve));
    this.#turn ??= setImmediate(() => this.#settle());
    return promise;
  }

  #settle(): void {
    this.#turn = undefined;
    const wishes = this.#waiting.splice(0, REGISTRATIONS_AT_ONCE);
    if (this.#waiting.length > 0) this.#turn = setImmediate(() => this.#settle());
    const made: MadeChange[] = [];
    const decided = wishes.map((decide) => {
      const one = decide();
      if (one.change) made.push(this.#roster.apply(one.change));
      return one;
    });
    const isKept = this.#keep(made);
    for (const { answer } of decided) answer(isKept);
  }

  /** Kept, then told; or undone. */
  #keep(made: readonly MadeChange[]): boolean {
    if (made.length === 0 && this.#moved.length === 0) return true;
    const open = this.#attempt(() => this.#rows.keep(made, this.#moved));
    if (open === undefined) {
      for (const { undo } of made.toReversed()) this.#roster.apply(undo);
      return false;
    }
    this.#moved = [];
    if (made.length === 0) return true;
    this.#version += 1;
    this.#o.tell(made.flatMap((change) => this.#newsOf(change)));
    for (const move of open) this.#moves.start(move);
    return true;
  }

  #newsOf({ puts, freed }: MadeChange): RosterNews[] {
    // A name that is given up, and taken by somebody else in the same change, is not among the freed.
    const forgotten = freed.map(({ cluster, host }) => ({ kind: 'forgotten', cluster, host }) as const);
    const members = puts.map((one) => ({ kind: 'member', member: this.#memberOf(one) }) as const);
    return [...forgotten, ...members];
  }

  #memberOf(instance: Instance): Membership {
    const { cluster, host, instanceId, standing, sinceMs, addresses, registeredMs } = instance;
    const hasKey = standing.kind === 'here' && registeredMs > 0;
    const key = hasKey ? agentKey(this.#rows.secret, cluster, instanceId) : null;
    return { cluster, host, instanceId, standing, sinceMs, facts: instanceFacts(instance), addresses, key };
  }

  #noteLeft(list: string, left: readonly Instance[]): void {
    for (const [cluster, of] of Map.groupBy(left, (one) => one.cluster)) {
      const named = of
        .slice(0, NAMED_IN_AUDIT)
        .map(({ host, standing }) => `${host}${standing.kind === 'left' ? ` (${standing.reason})` : ''}`);
      const more = of.length > named.length ? [`and ${of.length - named.length} more`] : [];
      const detail = [...named, ...more].join(', ');
      const action = 'instances retired';
      this.#o.audit.note({ who: `list ${list}`, from: '', action, subject: cluster, detail });
    }
  }

  #count(cluster: string, outcome: string): void {
    const key = `${cluster}\0${outcome}`;
    const known = this.#registrations.get(key);
    if (known) known.count += 1;
    else this.#registrations.set(key, { cluster, outcome, count: 1 });
  }

  /** Undefined: the file cannot be used now. */
  #attempt<T>(work: () => T): T | undefined {
    try {
      const result = work();
      this.#fault = '';
      return result;
    } catch (error) {
      this.#fault = error instanceof Error ? error.message : String(error);
      if (this.#once('fault', FAULT_LOG_MS)) this.#o.log.error({ fault: this.#fault }, NOT_KEPT);
      return undefined;
    }
  }
}

function machinePause(ms: number, signal: AbortSignal): Promise<unknown> {
  return pause(ms, undefined, { ref: false, signal });
}
