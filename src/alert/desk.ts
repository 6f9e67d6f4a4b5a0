import { clampTimes, escalationOf, NEVER, newsDueMs, nextStepMs, reminderDueMs, runClock } from './clock.ts';
import { draftOf } from './draft.ts';
import { DueQueue } from '../model/due-queue.ts';
import { composePage } from './pages.ts';
import { Flights } from './flights.ts';
import { IncidentBook, laneIn, rowOf } from './incident-book.ts';
import { isHeldFor, ownerOf, presentTold, verdictOf } from './standing.ts';
import { isStillTrue } from './decision.ts';
import { labelsOf, routesOf } from './routes.ts';
import { settle, tell } from './told.ts';
import { Storms } from './storms.ts';
import { whyOf } from './why.ts';
import type { AlertSubject, Portrait, Traits } from './subject.ts';
import type { CompiledAlerts } from './rules.ts';
import type { DueLane } from './draft.ts';
import type { Hold } from './decision.ts';
import type { Incident } from '../model/incident.ts';
import type { OpenIncident, Standing } from './open-incident.ts';
import type { Why } from './why.ts';
import type { Page, Problem, ServiceKey, Settlement, Status, Told } from '../model/service-state.ts';

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
 * Who is told what, and when: problems come to incidents by the routes, an incident's news to its targets as one
 * page, and its end to those that know of it. It is shown where services stand, and answers with the pages that
 * are due; it has no clock, and keeps nothing itself. What is owed follows from where a service stands against
 * what each target was last told (src/alert/decision.ts).
 */
export class AlertDesk<S extends AlertSubject> {
  #rules: CompiledAlerts;
  readonly #o: DeskOptions<S>;
  readonly #book: IncidentBook<S>;
  readonly #standings = new Map<string, Standing<S>>();
  readonly #bySubject = new Map<S, Standing<S>>();
  readonly #flights = new Flights<S>();
  readonly #storms = new Storms();
  readonly #timers = new DueQueue<OpenIncident<S>>();
  /** Incidents that are to be looked at in this turn. */
  readonly #touched = new Set<OpenIncident<S>>();
  #nowMs = 0;
  #areAllHere = false;

  constructor(options: DeskOptions<S>) {
    this.#o = options;
    this.#rules = options.rules;
    const { digest, incidentsMax } = options;
    this.#book = new IncidentBook(incidentsMax === undefined ? { digest } : { digest, max: incidentsMax });
  }

  get rules(): CompiledAlerts {
    return this.#rules;
  }

  /** Incidents of before a restart; their services are shown as they come back, with what was told of them. */
  load(rows: readonly Incident[], nowMs: number): void {
    this.#nowMs = nowMs;
    for (const row of rows) {
      const incident = this.#book.load(row, this.#rules.routes);
      this.#reach(incident, nowMs);
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
      if (!incident.isAwaited) continue;
      incident.isAwaited = false;
      this.#touched.add(incident);
    }
  }

  /**
   * Other rules; incidents follow them, and nobody is told twice. `find`: a service as it is watched now, where
   * watches were made anew.
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
      this.#reach(incident, nowMs);
      incident.wakeMs = Number.NEGATIVE_INFINITY;
      this.#touched.add(incident);
    }
    for (const standing of this.#standings.values()) {
      if (standing.stands === 'hard') this.#route(standing, nowMs);
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
   * Shows where a service stands, and what keeps its problem back. To be called once a turn for each that has a
   * hard problem, something told, or `isOnDesk`. `heldFor`: the hold is for these targets only.
   */
  look(subject: S, hold: Hold | null, nowMs: number, heldFor: readonly string[] | null = null): void {
    const { status } = subject;
    const known = this.#bySubject.get(subject) ?? this.#relinked(subject);
    if (!known && status.kind !== 'hard' && subject.told.length === 0) return;
    const standing = known ?? this.#take(subject, nowMs);
    const facts = this.#factsOf(subject);
    const problem = status.kind === 'hard' ? status.problem : standing.problem;
    const isMoved =
      standing.stands !== status.kind || standing.problem !== problem || standing.facts !== facts;
    const isHeldAlike = standing.hold === hold && isAlike(standing.heldFor, heldFor);
    if (known && !isMoved && isHeldAlike && standing.sinceMs === status.sinceMs) {
      if (standing.told === subject.told) return;
    }
    if (status.kind === 'hard' && (standing.stands === 'ok' || standing.hardMs === 0)) {
      standing.hardMs = this.#areAllHere ? nowMs : status.sinceMs;
    }
    if (status.kind === 'ok') standing.hardMs = 0;
    Object.assign(standing, { stands: status.kind, sinceMs: status.sinceMs, facts, hold, heldFor });
    standing.problem = problem;
    standing.told = subject.told;
    if (isMoved || !known) this.#route(standing, nowMs);
    this.#settleIn(standing, nowMs);
  }

  /**
   * Nobody watches it any more: who knows of a problem hears that, in this turn. Without a reason nobody does.
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
    if (this.#touched.size === 0) return [];
    const worked = new Set<OpenIncident<S>>();
    for (const incident of this.#touched) {
      this.#touched.delete(incident);
      this.#work(incident, nowMs);
      worked.add(incident);
    }
    const pages = this.#tellDue(worked, { nowMs, pagesMax });
    for (const incident of worked) this.#settleIncident(incident, nowMs);
    return pages;
  }

  /** What became of a page. */
  absorb({ page: { key, receiver }, outcome }: Settlement, nowMs: number): void {
    const flight = this.#flights.get(key);
    if (!flight) return;
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

  /** Why somebody is told of a service now, or why nobody is. */
  why(subject: ServiceKey & { readonly status: Status }, nowMs: number): Why {
    return whyOf(this, subject, nowMs);
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
    return this.#rules.storms.has(target) ? this.#storms.waitsUntil(target, nowMs) : null;
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
    const { status } = subject;
    const standing: Standing<S> = {
      key: keyOf(subject),
      subject,
      stands: status.kind,
      problem: status.kind === 'hard' ? status.problem : null,
      sinceMs: status.sinceMs,
      hardMs: 0,
      hold: null,
      heldFor: null,
      told: subject.told,
      facts: '',
      claims: [],
      incidents: new Set(),
      closed: null,
    };
    subject.isOnDesk = true;
    this.#standings.set(standing.key, standing);
    this.#bySubject.set(subject, standing);
    for (const { key, receiver, level, incident } of subject.told) {
      if (key === null) continue;
      const flight = this.#flights.start(key, receiver);
      flight.said.set(standing, level);
      const of = incident === undefined ? undefined : this.#book.get(incident);
      const lane = of?.lanes.get(receiver);
      if (of && lane) flight.lanes.set(of, lane);
    }
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

  #factsOf(subject: S): string {
    const { factsUsed } = this.#rules;
    if (factsUsed.length === 0) return '';
    const { facts } = this.#o.traits(subject);
    return factsUsed.map((name) => facts.get(name) ?? '\0').join('\0');
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
        if (incident.members.size === 0) this.#reach(incident, nowMs);
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
    if (standing.stands === 'ok' && told.length === 0 && !standing.closed) return this.#drop(standing);
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
        ownerOf(standing, one.receiver) ??
        before ??
        standing.claims[0] ??
        this.#book.stray(standing.subject, nowMs);
      if (home === before) return one;
      isChanged = true;
      this.#inherit(home, before, one.receiver, nowMs);
      return { ...one, incident: home.id };
    });
    if (isChanged) this.#write(standing, adopted);
  }

  /** It is told there how far the other one had got with the target. */
  #inherit(home: OpenIncident<S>, before: OpenIncident<S> | undefined, target: string, nowMs: number): void {
    const lane = laneIn(home, target);
    const old = before?.lanes.get(target);
    if (old && old.pagedMs <= lane.pagedMs) return;
    if (!old && lane.pages > 0) return;
    lane.key = old?.key ?? '';
    lane.pagedMs = old?.pagedMs ?? nowMs;
    lane.pages = Math.max(lane.pages, old?.pages ?? 0, 1);
    lane.outcome = old?.outcome ?? '';
    home.waitingMs ??= before?.waitingMs ?? nowMs;
    if (before && home.steps < before.steps && sameEscalation(home, before)) home.steps = before.steps;
    this.#keep(home);
  }

  #keep(incident: OpenIncident<S>): void {
    incident.isKept = true;
    this.#o.keep(incident.id, rowOf(incident));
  }

  /** Whom it comes to now; whether that is somebody else than before. */
  #reach(incident: OpenIncident<S>, nowMs: number): boolean {
    const { route } = incident;
    if (!route) {
      const hadSome = incident.targets.length > 0;
      incident.targets = [];
      incident.targetsUntilMs = null;
      return hadSome;
    }
    const steps = escalationOf(incident, this.#rules)?.steps ?? [];
    while ((steps[incident.steps]?.afterMs ?? NEVER) <= 0) incident.steps += 1;
    const at = { begun: incident.steps, nowMs };
    const { targets, untilMs } = this.#rules.destinations.reach(route.receiver, at);
    const present = targets.filter((target) => this.#rules.targets.has(target));
    incident.targetsUntilMs = untilMs;
    if (isAlike(present, incident.targets)) return false;
    incident.targets = present;
    return true;
  }

  /** Finds what is to be told of an incident, and to whom. */
  #work(incident: OpenIncident<S>, nowMs: number): void {
    if (this.#advance(incident, nowMs)) incident.wakeMs = Number.NEGATIVE_INFINITY;
    if (incident.wakeMs <= nowMs) {
      incident.wakeMs = this.#periodEndsMs(incident, nowMs);
      for (const standing of incident.members) {
        if (standing.claims.length > 1) this.#adopt(standing, nowMs);
        incident.touched.add(standing);
      }
    }
    // Pages that are taken back bring others of their services here while it goes on.
    for (const standing of incident.touched) {
      incident.touched.delete(standing);
      this.#review(standing, incident);
      if (incident.members.has(standing)) this.#weigh(standing, incident, nowMs);
    }
    if (runClock(incident, { rules: this.#rules, nowMs })) this.#keep(incident);
  }

  /** The steps that begin, and whose turn it is; whether that brings others than before. */
  #advance(incident: OpenIncident<S>, nowMs: number): boolean {
    const before = incident.steps;
    while (nextStepMs(incident, this.#rules) <= nowMs) incident.steps += 1;
    if (incident.steps > before && incident.isKept) this.#keep(incident);
    const isOver = incident.targetsUntilMs !== null && incident.targetsUntilMs <= nowMs;
    return incident.steps > before || isOver ? this.#reach(incident, nowMs) : false;
  }

  #periodEndsMs({ route }: OpenIncident<S>, nowMs: number): number {
    if (!route || route.period === null) return NEVER;
    return this.#rules.periods.until(route.period, nowMs) ?? NEVER;
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
    const settled = { receiver: flight.target, key, outcome: 'superseded' } as const;
    for (const [standing, said] of flight.said) {
      if (!this.#isHere(standing)) continue;
      this.#write(standing, settle(standing.subject.told, { ...settled, said }, this.#nowMs));
      this.#settleIn(standing, this.#nowMs);
    }
    for (const lane of flight.lanes.values()) {
      if (lane.key === key) lane.outcome = 'superseded';
      if (lane.reminder === key) lane.reminder = '';
    }
  }

  /** What each target of an incident is to be told of a member. */
  #weigh(standing: Standing<S>, incident: OpenIncident<S>, nowMs: number): void {
    const told = standing.subject.told.flatMap((one) => (one.incident === incident.id ? [one.receiver] : []));
    for (const target of new Set([...incident.targets, ...told])) {
      const verdict = verdictOf(standing, { incident, target }, { rules: this.#rules, nowMs });
      if (verdict.kind === 'tell') {
        const lane = laneIn(incident, target);
        if (lane.news.size === 0) lane.newsMs = nowMs;
        lane.news.set(standing, verdict.news);
        continue;
      }
      const lane = incident.lanes.get(target);
      if (lane) forgetNews(lane, standing);
      if (verdict.untilMs !== null) incident.wakeMs = Math.min(incident.wakeMs, verdict.untilMs);
    }
    for (const lane of incident.lanes.values()) {
      const isOf = incident.targets.includes(lane.target) || told.includes(lane.target);
      if (!isOf) forgetNews(lane, standing);
    }
  }

  #tellDue(
    worked: ReadonlySet<OpenIncident<S>>,
    { nowMs, pagesMax }: { readonly nowMs: number; readonly pagesMax: number },
  ): Page[] {
    const byTarget = new Map<string, DueLane<S>[]>();
    for (const incident of worked) {
      for (const lane of incident.lanes.values()) {
        const due = this.#dueOf(incident, lane, nowMs);
        if (!due) continue;
        const some = byTarget.get(lane.target);
        if (some) some.push(due);
        else byTarget.set(lane.target, [due]);
      }
    }
    const pages: Page[] = [];
    for (const [target, due] of byTarget) this.#tellTarget(target, due, { nowMs, pagesMax, pages });
    return pages;
  }

  #dueOf(incident: OpenIncident<S>, lane: DueLane<S>['lane'], nowMs: number): DueLane<S> | null {
    if (newsDueMs(incident, lane) <= nowMs) return { incident, lane, isReminder: false };
    return this.#reminderMs(incident, lane, nowMs) <= nowMs ? { incident, lane, isReminder: true } : null;
  }

  #reminderMs(incident: OpenIncident<S>, lane: DueLane<S>['lane'], nowMs: number): number {
    const isOnWay = this.#flights.has(lane.key);
    return reminderDueMs(incident, lane, { rules: this.#rules, nowMs, isOnWay });
  }

  /** What does not go now has another time to go at. */
  #tellTarget(
    target: string,
    due: readonly DueLane<S>[],
    { nowMs, pagesMax, pages }: { readonly nowMs: number; readonly pagesMax: number; readonly pages: Page[] },
  ): void {
    const limit = this.#rules.storms.get(target);
    const admission = this.#storms.admit(target, limit, { due: due.length, nowMs });
    const make = (lanes: readonly DueLane<S>[], asOne: boolean) => {
      if (pages.length >= pagesMax) return;
      this.#storms.note(target, limit, { nowMs, asOne });
      pages.push(this.#tell(target, lanes, nowMs));
    };
    switch (admission.kind) {
      case 'each':
        for (const one of due) make([one], false);
        return;
      case 'as-one':
        return make(due, true);
      case 'later':
        for (const { lane } of due) lane.laterMs = admission.untilMs;
    }
  }

  /** One page, and what is told with it. */
  #tell(target: string, due: readonly DueLane<S>[], nowMs: number): Page {
    for (const { lane } of due) if (lane.reminder !== '') this.#takeBack(lane.reminder);
    const draft = draftOf(target, due, (subject) => this.#o.portray(subject));
    const page = composePage(draft, { nowMs, digest: this.#o.digest });
    const { key } = page;
    const flight = this.#flights.start(key, target);
    for (const { incident, lane, isReminder } of due) {
      for (const [standing, news] of lane.news) {
        const level: Problem | null = news === 'problem' ? standing.problem : null;
        flight.said.set(standing, level);
        if (standing.closed) this.#close(standing, target);
        else {
          const saying = { receiver: target, key, level, incident: incident.id };
          this.#write(standing, tell(standing.subject.told, saying));
        }
      }
      flight.lanes.set(incident, lane);
      Object.assign(lane, { key, pagedMs: nowMs, pages: lane.pages + 1, newsMs: 0, laterMs: 0, outcome: '' });
      lane.news.clear();
      if (isReminder) lane.reminder = key;
      incident.waitingMs ??= nowMs;
      this.#keep(incident);
    }
    return page;
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
      nextMs = Math.min(nextMs, newsDueMs(incident, lane), this.#reminderMs(incident, lane, nowMs));
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
    for (const standing of this.#standings.values()) standing.hardMs = Math.min(standing.hardMs, nowMs);
    for (const incident of this.#book.all()) {
      clampTimes(incident, nowMs);
      incident.targetsUntilMs = Number.NEGATIVE_INFINITY;
      incident.wakeMs = Number.NEGATIVE_INFINITY;
      this.#touched.add(incident);
    }
  }
}

function keyOf({ cluster, host, service }: ServiceKey): string {
  return `${cluster}\0${host}\0${service}`;
}

function forgetNews<S extends AlertSubject>(lane: DueLane<S>['lane'], standing: Standing<S>): void {
  lane.news.delete(standing);
  if (lane.news.size === 0) lane.newsMs = 0;
}

function isAlike(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === b) return true;
  return a !== null && b !== null && a.length === b.length && a.every((one, index) => one === b[index]);
}

function sameEscalation<S extends AlertSubject>(a: OpenIncident<S>, b: OpenIncident<S>): boolean {
  return a.route !== null && a.route.receiver === b.route?.receiver;
}
