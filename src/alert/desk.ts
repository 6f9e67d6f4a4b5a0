import { clampTimes, NEVER, newsDueMs, nextStepMs, runClock } from './clock.ts';
import { DueQueue } from '../model/due-queue.ts';
import { Flights } from './flights.ts';
import { IncidentBook, inherit, rowOf } from './incident-book.ts';
import { isHeldFor, ownerOf, newStanding, periodEndsMs, presentTold } from './standing.ts';
import { isStillTrue } from './decision.ts';
import { keyOf } from './quiet/coverage.ts';
import { labelsOf, routesOf } from './routes.ts';
import { settle, takenBack } from './told.ts';
import { Teller } from './teller.ts';
import { Storms } from './storms.ts';
import { factsOf, forgetNews, isAlike, reach, weigh } from './weigh.ts';
import type { AlertSubject, Portrait, Traits } from './subject.ts';
import type { CompiledAlerts } from './rules.ts';
import type { Hold } from './decision.ts';
import type { Incident } from '../model/incident.ts';
import type { OpenIncident, Standing } from './open-incident.ts';
import type { Page, ServiceKey, Settlement, Told } from '../model/service-state.ts';

export interface DeskOptions<S extends AlertSubject> {
  readonly rules: CompiledAlerts;
  readonly digest: (text: string) => string;
  readonly traits: (subject: S) => Traits;
  readonly portray: (subject: S) => Portrait;
  /** Its `told` was written: to be kept in one with the pages of the same turn. */
  readonly changed: (subject: S) => void;
  /** A row to be kept with them; null: it is over. */
  readonly keep: (id: string, row: Incident | null) => void;
  /** Takes back a page that is not on its way; false: that cannot be done any more. */
  readonly withdraw: (key: string) => boolean;
  readonly incidentsMax?: number;
}

/** Pages that begin in one turn; what is more is owed and begins in the next. */
export const PAGES_PER_TURN_MAX = 2000;

/**
 * Who is told what, and when: problems come to incidents by the routes, an incident's news to its targets as
 * one page, and its end to those that know of it. It is shown where services stand, and answers with the
 * pages that are due; it has no clock, and keeps nothing itself. What is owed follows from where a service
 * stands against what each target was last told (src/alert/decision.ts).
 */
export class AlertDesk<S extends AlertSubject> {
  #rules: CompiledAlerts;
  readonly #o: DeskOptions<S>;
  readonly #book: IncidentBook<S>;
  readonly #standings = new Map<string, Standing<S>>();
  readonly #bySubject = new Map<S, Standing<S>>();
  readonly #flights = new Flights<S>();
  readonly #storms = new Storms();
  readonly #teller: Teller<S>;
  readonly #timers = new DueQueue<OpenIncident<S>>();
  /** Incidents that are to be looked at in this turn. */
  readonly #touched = new Set<OpenIncident<S>>();
  #nowMs = 0;
  #areAllHere = false;

  constructor(options: DeskOptions<S>) {
    this.#o = options;
    this.#rules = options.rules;
    const { digest, portray, incidentsMax } = options;
    this.#teller = new Teller<S>({
      rules: () => this.#rules,
      flights: this.#flights,
      storms: this.#storms,
      digest,
      portray,
      write: (standing, told) => this.#write(standing, told),
      close: (standing, target) => this.#close(standing, target),
      takeBack: (key) => this.#takeBack(key),
      keep: (incident) => this.#keep(incident),
    });
    this.#book = new IncidentBook(incidentsMax === undefined ? { digest } : { digest, max: incidentsMax });
  }

  get rules(): CompiledAlerts {
    return this.#rules;
  }

  /**
   * Incidents of before a restart; their services are shown as they come back, with what was told of them.
   */
  load(rows: readonly Incident[], nowMs: number): void {
    this.#nowMs = nowMs;
    for (const row of rows) {
      const incident = this.#book.load(row, this.#rules.routes);
      reach(incident, { rules: this.#rules, nowMs });
      for (const { target, pagedMs } of row.targets) {
        if (pagedMs > 0)
          this.#storms.note(target, this.#rules.storms.get(target), { nowMs: pagedMs, asOne: false });
      }
    }
  }

  /** Whatever was not shown by now has not come back: incidents of nothing else are over. */
  allHere(): void {
    this.#areAllHere = true;
    for (const incident of this.#book.all()) {
      if (incident.isAwaited) this.#touched.add(incident);
      incident.isAwaited = false;
    }
  }

  /**
   * Other rules; incidents follow them, and nobody is told twice. `find`: a service as it is watched now,
   * where watches were made anew.
   */
  use(
    rules: CompiledAlerts,
    nowMs: number,
    find: (key: ServiceKey) => S | undefined = () => undefined,
  ): void {
    this.#rules = rules;
    for (const { subject } of this.#standings.values()) {
      const present = find(subject);
      if (present && present !== subject) this.#relinked(present);
    }
    this.#storms.keepOnly(rules.storms);
    this.#book.reroute(rules.routes);
    for (const incident of this.#book.all()) {
      reach(incident, { rules: this.#rules, nowMs });
      incident.wakeMs = Number.NEGATIVE_INFINITY;
      this.#touched.add(incident);
    }
    for (const standing of this.#standings.values()) {
      if (standing.stands === 'hard' && !standing.closed) this.#route(standing, nowMs);
      this.#settleIn(standing, nowMs);
    }
  }

  /** Somebody else is on call than a rota said before. */
  turnsChanged(): void {
    for (const incident of this.#book.all()) {
      incident.targetsUntilMs = Number.NEGATIVE_INFINITY;
      this.#touched.add(incident);
    }
  }

  /**
   * Shows where a service stands, and what keeps its problem back. To be called once a turn for each that
   * has a hard problem, something told, or `isOnDesk`. `heldFor`: the hold is for these targets only.
   */
  look(subject: S, hold: Hold | null, nowMs: number, heldFor: readonly string[] | null = null): void {
    const { status } = subject;
    const known = this.#bySubject.get(subject) ?? this.#relinked(subject);
    if (!known && status.kind !== 'hard' && subject.told.length === 0) return;
    const standing = known ?? this.#take(subject, nowMs);
    const facts = factsOf(subject, { rules: this.#rules, traits: this.#o.traits });
    const problem = status.kind === 'hard' ? status.problem : standing.problem;
    // It is watched again before anybody heard that it was not.
    const isBack = standing.closed !== null;
    standing.closed = null;
    const isOther = standing.stands !== status.kind || standing.problem !== problem;
    const isMoved = isBack || isOther || standing.facts !== facts;
    const isHeldAlike = standing.hold === hold && isAlike(standing.heldFor, heldFor);
    const isSame = known && !isMoved && isHeldAlike && standing.sinceMs === status.sinceMs;
    if (isSame && standing.told === subject.told) return;
    if (status.kind === 'hard' && (standing.stands === 'ok' || standing.hardMs === 0)) {
      standing.hardMs = this.#areAllHere ? nowMs : status.sinceMs;
    }
    if (status.kind === 'ok') standing.hardMs = 0;
    if (standing.hold !== null && !isHeldAlike) standing.heldUntilMs = nowMs;
    Object.assign(standing, { stands: status.kind, sinceMs: status.sinceMs, facts, hold, heldFor });
    standing.problem = problem;
    standing.told = subject.told;
    if (isMoved || !known) this.#route(standing, nowMs);
    this.#settleIn(standing, nowMs);
  }

  /**
   * Nobody watches it any more: who knows of a problem hears that, in this turn. Without a reason nobody
   * does.
   */
  closed(subject: S, reason: string | null, nowMs: number): void {
    const standing = this.#bySubject.get(subject) ?? this.#relinked(subject);
    const isTold =
      reason !== null && subject.told.some(({ level, known }) => level !== null || known !== null);
    if (!standing && !isTold) return;
    const closing = standing ?? this.#take(subject, nowMs);
    const portrait = this.#o.portray(subject);
    closing.closed = { ...portrait, output: `${reason} · was: ${portrait.output}` };
    closing.claims = [];
    this.#settleIn(closing, nowMs);
    if (!isTold) this.#drop(closing);
  }

  /** Another one tells of it from now on; what was told stays. */
  forget(subject: S): void {
    const standing = this.#bySubject.get(subject) ?? this.#relinked(subject);
    if (standing) this.#drop(standing);
  }

  /** Pages that are due; what they say is told from now on. At most so many of them. */
  turn(nowMs: number, pagesMax = PAGES_PER_TURN_MAX): Page[] {
    if (nowMs < this.#nowMs) this.#setBack(nowMs);
    this.#nowMs = nowMs;
    for (let due = this.#timers.takeDue(nowMs); due; due = this.#timers.takeDue(nowMs)) {
      due.queuedMs = NEVER;
      if (this.#book.get(due.id) === due) this.#touched.add(due);
    }
    const worked = new Set<OpenIncident<S>>();
    for (const incident of this.#touched) {
      this.#touched.delete(incident);
      this.#work(incident, nowMs);
      worked.add(incident);
    }
    const pages = this.#teller.tellDue(worked, { nowMs, pagesMax });
    for (const incident of worked) this.#settleIncident(incident, nowMs);
    return pages;
  }

  /** What became of a page. */
  absorb({ page: { key, receiver }, outcome }: Settlement, nowMs: number): void {
    const flight = this.#flights.get(key);
    // What it took back itself it knows; the same page may be on its way again.
    if (!flight || outcome === 'superseded') return;
    if (outcome === 'retry') {
      for (const standing of flight.said.keys()) this.#touch(standing);
      for (const incident of flight.lanes.keys()) this.#touched.add(incident);
      return;
    }
    this.#flights.end(key);
    for (const [standing, said] of flight.said) {
      if (!this.#isHere(standing)) continue;
      this.#write(standing, settle(standing.subject.told, { receiver, key, outcome, said }, nowMs));
      this.#settleIn(standing, nowMs);
    }
    for (const [incident, lane] of flight.lanes) {
      if (lane.key === key) lane.outcome = outcome;
      if (lane.reminder === key) lane.reminder = '';
      if (this.#book.get(incident.id) === incident) this.#touched.add(incident);
    }
  }

  incidents(): Iterable<OpenIncident<S>> {
    return this.#book.all();
  }

  incident(id: string): OpenIncident<S> | undefined {
    return this.#book.get(id);
  }

  /** What it knows of a service; undefined: nothing about it is open, as far as it was shown. */
  standing(key: ServiceKey): Standing<S> | undefined {
    return this.#standings.get(keyOf(key));
  }

  /** Services with a problem, or with one that somebody was told of. */
  standings(): Iterable<Standing<S>> {
    return this.#standings.values();
  }

  /** Whom its present problem comes to, by the routes. */
  targets(subject: S): readonly string[] {
    const claims = this.#bySubject.get(subject)?.claims ?? [];
    return [...new Set(claims.flatMap(({ targets }) => targets))];
  }

  /** Until when pages to a target are gathered as a storm; null: they are not. */
  stormUntil(target: string, nowMs: number): number | null {
    return this.#storms.waitsUntil(target, nowMs);
  }

  /** Whether a page has not been settled yet. */
  isOnWay(key: string): boolean {
    return this.#flights.has(key);
  }

  /** When there is something to do without news; infinite: never. */
  nextMs(): number {
    return this.#touched.size > 0 ? this.#nowMs : (this.#timers.firstDueMs ?? NEVER);
  }

  /** A watch that was made anew for the same service has what was told of it from the one before. */
  #relinked(subject: S): Standing<S> | undefined {
    const standing = this.#standings.get(keyOf(subject));
    if (!standing) return undefined;
    this.#bySubject.delete(standing.subject);
    this.#bySubject.set(subject, standing);
    standing.subject = subject;
    subject.isOnDesk = true;
    if (subject.told !== standing.told) this.#write(standing, standing.told);
    return standing;
  }

  #take(subject: S, nowMs: number): Standing<S> {
    const standing = newStanding(keyOf(subject), subject);
    subject.isOnDesk = true;
    this.#standings.set(standing.key, standing);
    this.#bySubject.set(subject, standing);
    this.#flights.resume(standing, (id) => this.#book.get(id));
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    return standing;
  }

  #isHere(standing: Standing<S>): boolean {
    return this.#standings.get(standing.key) === standing;
  }

  #drop(standing: Standing<S>): void {
    this.#standings.delete(standing.key);
    this.#bySubject.delete(standing.subject);
    standing.subject.isOnDesk = false;
    for (const incident of standing.incidents) this.#leave(standing, incident);
  }

  #leave(standing: Standing<S>, incident: OpenIncident<S>): void {
    standing.incidents.delete(incident);
    incident.members.delete(standing);
    incident.touched.delete(standing);
    for (const lane of incident.lanes.values()) forgetNews(lane, standing);
    this.#touched.add(incident);
  }

  #touch(standing: Standing<S>): void {
    for (const incident of standing.incidents) {
      incident.touched.add(standing);
      this.#touched.add(incident);
    }
  }

  #write(standing: Standing<S>, told: readonly Told[]): void {
    if (told === standing.subject.told) return;
    standing.subject.told = told;
    standing.told = told;
    this.#o.changed(standing.subject);
  }

  /** The incidents that its problem belongs to; one that may come back in a moment keeps its own. */
  #route(standing: Standing<S>, nowMs: number): void {
    const { stands, problem, subject } = standing;
    if (stands === 'soft') return;
    if (stands === 'ok' || problem === null) {
      standing.claims = [];
      return;
    }
    const { facts, tags, severities = [problem.toLowerCase()] } = this.#o.traits(subject);
    const { cluster, host, service } = subject;
    const claims = new Set<OpenIncident<S>>();
    for (const severity of severities) {
      const routed = { cluster, host, service, severity, facts, tags };
      for (const route of routesOf(this.#rules.routes, routed)) {
        const incident = this.#book.join(route, labelsOf(route, routed), nowMs);
        if (incident.members.size === 0) reach(incident, { rules: this.#rules, nowMs });
        claims.add(incident);
      }
    }
    standing.claims = [...claims];
  }

  /** Puts it where it belongs: the incidents that its problem comes to, and those it was told of under. */
  #settleIn(standing: Standing<S>, nowMs: number): void {
    this.#write(standing, presentTold(standing, this.#rules));
    this.#adopt(standing, nowMs);
    const { told } = standing.subject;
    if (told.length === 0 && (standing.stands === 'ok' || standing.closed)) return this.#drop(standing);
    const homes = new Set(standing.claims);
    for (const { incident = '' } of told) {
      const home = this.#book.get(incident);
      if (home) homes.add(home);
    }
    for (const incident of standing.incidents) if (!homes.has(incident)) this.#leave(standing, incident);
    for (const incident of homes) {
      standing.incidents.add(incident);
      incident.members.add(standing);
    }
    this.#touch(standing);
  }

  /** What a target was told of under another incident than the one that would tell it now is of this one. */
  #adopt(standing: Standing<S>, nowMs: number): void {
    const { told } = standing.subject;
    let isChanged = false;
    const adopted = told.map((one) => {
      const before = one.incident === undefined ? undefined : this.#book.get(one.incident);
      const home =
        ownerOf(standing, one.receiver, { rules: this.#rules, nowMs }) ??
        before ??
        standing.claims[0] ??
        this.#book.stray(standing.subject, nowMs);
      if (home === before) return one;
      isChanged = true;
      inherit(home, before, { target: one.receiver, nowMs });
      this.#keep(home);
      return { ...one, incident: home.id };
    });
    if (isChanged) this.#write(standing, adopted);
  }

  #keep(incident: OpenIncident<S>): void {
    incident.isKept = true;
    this.#o.keep(incident.id, rowOf(incident));
  }

  /** Finds what is to be told of an incident, and to whom. */
  #work(incident: OpenIncident<S>, nowMs: number): void {
    if (this.#advance(incident, nowMs)) incident.wakeMs = Number.NEGATIVE_INFINITY;
    if (incident.wakeMs <= nowMs) {
      incident.wakeMs = periodEndsMs(incident, { rules: this.#rules, nowMs }) ?? NEVER;
      for (const standing of incident.members) {
        if (standing.claims.length > 1) this.#adopt(standing, nowMs);
        incident.touched.add(standing);
      }
    }
    // Pages that are taken back bring others of their services here while it goes on.
    for (const standing of incident.touched) {
      incident.touched.delete(standing);
      this.#review(standing, incident);
      if (incident.members.has(standing)) weigh(standing, incident, { rules: this.#rules, nowMs });
    }
    if (runClock(incident, { rules: this.#rules, nowMs })) this.#keep(incident);
  }

  /** The steps that begin, and whose turn it is; whether that brings others than before. */
  #advance(incident: OpenIncident<S>, nowMs: number): boolean {
    const before = incident.steps;
    while (nextStepMs(incident, this.#rules) <= nowMs) incident.steps += 1;
    if (incident.steps > before && incident.isKept) this.#keep(incident);
    const isOver = incident.targetsUntilMs !== null && incident.targetsUntilMs <= nowMs;
    return incident.steps > before || isOver ? reach(incident, { rules: this.#rules, nowMs }) : false;
  }

  /** Takes pages back that wait and say of it what is not so any more. */
  #review(standing: Standing<S>, incident: OpenIncident<S>): void {
    if (standing.closed) return;
    for (const told of standing.subject.told) {
      if (told.key === null || told.incident !== incident.id) continue;
      const hold = isHeldFor(standing, told.receiver) ? standing.hold : null;
      if (!isStillTrue(told, standing, hold)) this.#takeBack(told.key);
    }
  }

  #takeBack(key: string): void {
    const flight = this.#flights.get(key);
    if (!flight || !this.#o.withdraw(key)) return;
    this.#flights.end(key);
    for (const standing of flight.said.keys()) {
      if (!this.#isHere(standing)) continue;
      const back = { receiver: flight.target, key, before: this.#flights.before(flight, standing) };
      this.#write(standing, takenBack(standing.subject.told, back));
      this.#settleIn(standing, this.#nowMs);
    }
    for (const lane of flight.lanes.values()) {
      if (lane.key === key) lane.outcome = 'superseded';
      if (lane.reminder === key) lane.reminder = '';
    }
  }

  /** A target has heard that nobody watches it; with the last one it is gone. */
  #close(standing: Standing<S>, target: string): void {
    const told = standing.subject.told.filter(({ receiver }) => receiver !== target);
    standing.subject.told = told;
    standing.told = told;
    if (!told.some(({ level, known }) => level !== null || known !== null)) this.#drop(standing);
  }

  /** After a turn: it is over, or has its next time. */
  #settleIncident(incident: OpenIncident<S>, nowMs: number): void {
    if (this.#book.get(incident.id) !== incident) return;
    if (incident.members.size === 0) {
      if (!incident.isAwaited) this.#end(incident);
      return;
    }
    let nextMs = Math.min(
      incident.wakeMs,
      nextStepMs(incident, this.#rules),
      incident.targetsUntilMs ?? NEVER,
    );
    for (const lane of incident.lanes.values()) {
      nextMs = Math.min(nextMs, newsDueMs(incident, lane), this.#teller.reminderMs(incident, lane, nowMs));
    }
    incident.nextMs = nextMs;
    if (nextMs >= incident.queuedMs || nextMs === NEVER) return;
    incident.queuedMs = nextMs;
    this.#timers.push(nextMs, incident);
  }

  #end(incident: OpenIncident<S>): void {
    for (const { reminder } of incident.lanes.values()) if (reminder !== '') this.#takeBack(reminder);
    this.#book.remove(incident);
    if (incident.isKept) this.#o.keep(incident.id, null);
  }

  /** Times of before are never later than now. */
  #setBack(nowMs: number): void {
    for (const standing of this.#standings.values()) {
      standing.hardMs = Math.min(standing.hardMs, nowMs);
      standing.heldUntilMs = Math.min(standing.heldUntilMs, nowMs);
    }
    for (const incident of this.#book.all()) {
      clampTimes(incident, nowMs);
      incident.targetsUntilMs = Number.NEGATIVE_INFINITY;
      incident.wakeMs = Number.NEGATIVE_INFINITY;
      this.#touched.add(incident);
    }
  }
}
