import { Acknowledgements } from './acknowledgements.ts';
import { compileQuiet } from '../../alert/quiet/live-quiet.ts';
import { coversFacts, coversSeverity, keyOf } from '../../alert/quiet/coverage.ts';
import { namedBy, severitiesOf } from './covered.ts';
import { NOT_QUIET } from './quieting.ts';
import { PastQuiets } from './past-quiets.ts';
import { isBroad, QuietIndex } from './quiet-index.ts';
import { quietView } from './quiet-views.ts';
import { BROAD_QUIETS_MAX, QUIETS_MAX } from '../../alert-limits.ts';
import { show } from '../show.ts';
import type { Acknowledgement, CoverageRule, Quiet, QuietTime } from '../../model/quiet.ts';
import type { Done } from '../../model/alert-question.ts';
import type { LiveQuiet } from '../../alert/quiet/live-quiet.ts';
import type { QuietFlags, QuietHold, Quieting } from './quieting.ts';
import type { QuietView } from '../../contract/alert-views.ts';
import type { ServiceKey } from '../../model/service-state.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';
import type { Watched } from './covered.ts';
import type { Zones } from '../../alert/quiet/recurrence.ts';

/** Services of which a downtime's begin or end is shown in one turn: a whole fleet would make it long. */
const SHOWN_PER_TURN_MAX = 5000;
/** How often acknowledgements are looked through for services that nobody looked at. */
const SWEEP_MS = 15_000;

export interface QuietMemory {
  readonly quiets: readonly Quiet[];
  readonly acknowledgements: readonly Acknowledgement[];
}

/** What a downtime or silence is made of. */
export interface QuietWish {
  readonly covers: CoverageRule;
  readonly time: QuietTime;
  readonly comment: string;
  readonly author: string;
}

/** Downtimes, silences and acknowledgements: whether what is under watch may bother anybody. */
export class QuietBook implements Quieting {
  readonly acknowledgements: Acknowledgements;
  readonly #watched: Watched;
  readonly #zones: Zones = new Map();
  /** Pending, waiting and active ones, by id. */
  readonly #live = new Map<string, LiveQuiet>();
  readonly #past: PastQuiets;
  readonly #index = new QuietIndex();
  #lastNumber = 0;
  #flexible = 0;
  #broad = 0;
  /** When something begins or ends of itself, at the earliest; and when that was last looked at. */
  #nextMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #sweepMs = Number.NEGATIVE_INFINITY;
  /** Of which the flags may be others now. */
  readonly #toShow = new Set<ServiceWatch>();
  readonly #toKeep = new Set<LiveQuiet>();

  constructor({ quiets, acknowledgements }: QuietMemory, watched: Watched) {
    this.#watched = watched;
    this.acknowledgements = new Acknowledgements(acknowledgements);
    this.#past = new PastQuiets(quiets.filter(({ endedMs }) => endedMs !== null));
    for (const quiet of quiets) {
      this.#lastNumber = Math.max(this.#lastNumber, Number(quiet.id.slice(1)) || 0);
      if (quiet.endedMs !== null) continue;
      const compiled = compileQuiet(quiet, this.#zones);
      // It was compiled when it was made: only another version's rules could refuse it.
      if (compiled.ok) this.#keepLive(compiled.quiet);
      else this.#past.add(quiet);
    }
  }

  holdOf(watch: ServiceWatch, nowMs: number): QuietHold | null {
    let isSilenced = false;
    for (const quiet of this.#index.of(watch)) {
      if (!isHolding(quiet, watch, nowMs)) continue;
      if (!quiet.isSilence) return 'in-downtime';
      isSilenced = true;
    }
    if (isSilenced) return 'silenced';
    return this.acknowledgements.of(watch, nowMs) ? 'acknowledged' : null;
  }

  flagsOf(watch: ServiceWatch, nowMs: number): QuietFlags {
    const acknowledged = this.acknowledgements.of(watch, nowMs) !== undefined;
    const holding = this.#index.of(watch).filter((quiet) => isHolding(quiet, watch, nowMs));
    if (!acknowledged && holding.length === 0) return NOT_QUIET;
    const silenced = holding.some(({ isSilence }) => isSilence);
    return { acknowledged, silenced, in_downtime: holding.some(({ isSilence }) => !isSilence) };
  }

  acknowledgementOf(watch: ServiceWatch, nowMs: number): Acknowledgement | undefined {
    return this.acknowledgements.of(watch, nowMs);
  }

  covering(watch: ServiceWatch): readonly LiveQuiet[] {
    const named = this.#index.of(watch);
    return named.length === 0 ? named : named.filter(({ coverage }) => coversFacts(coverage, watch.on.entry));
  }

  look(watch: ServiceWatch, turn: Turn): void {
    if (this.acknowledgements.look(watch, turn)) this.#toShow.add(watch);
    if (this.#flexible === 0 || watch.status.kind === 'ok') return;
    for (const quiet of this.#index.of(watch)) {
      if (!quiet.isFlexible || !coversFacts(quiet.coverage, watch.on.entry)) continue;
      if (!quiet.begin(keyOf(watch), turn.nowMs)) continue;
      this.#toKeep.add(quiet);
      this.#toShow.add(watch);
      this.#nextMs = Math.min(this.#nextMs, quiet.nextMs(turn.nowMs));
    }
  }

  gone(key: ServiceKey): void {
    this.acknowledgements.gone(key);
    if (this.#flexible === 0) return;
    for (const quiet of this.#live.values()) if (quiet.forget(keyOf(key))) this.#toKeep.add(quiet);
  }

  settle(turn: Turn): void {
    const { nowMs } = turn;
    if (nowMs >= this.#nextMs || nowMs < this.#lookedMs) this.#passTime(turn);
    if (nowMs >= this.#sweepMs || nowMs < this.#lookedMs) this.#sweep(turn);
    this.#lookedMs = nowMs;
    for (const quiet of this.#toKeep) turn.alerting.quiets.set(quiet.id, quiet.saved);
    this.#toKeep.clear();
    this.acknowledgements.settle(turn);
    this.#showSome(turn);
  }

  /** Makes one. What is wrong with it comes back in words. */
  quieten(wish: QuietWish, turn: Turn): Done<LiveQuiet> {
    const draft = this.draft(wish, turn);
    if (!draft.ok) return draft;
    const quiet = draft.value;
    this.#lastNumber += 1;
    this.#keepLive(quiet);
    this.#toKeep.add(quiet);
    this.#changed(quiet, turn);
    return draft;
  }

  /** How it would be made; nothing is. */
  draft(wish: QuietWish, turn: Turn): Done<LiveQuiet> {
    if (this.#live.size >= QUIETS_MAX) {
      const cure = 'end some that are not needed, or let one cover more';
      return { ok: false, full: true, fault: `there are ${QUIETS_MAX} downtimes and silences: ${cure}` };
    }
    const id = `${wish.time.kind === 'silence' ? 's' : 'd'}${this.#lastNumber + 1}`;
    const made = { id, ...wish, createdMs: turn.nowMs, endedMs: null, endedBy: '', begun: [] };
    const compiled = compileQuiet(made, this.#zones);
    if (!compiled.ok) return { ok: false, full: false, fault: compiled.fault };
    if (this.#broad >= BROAD_QUIETS_MAX && isBroad(compiled.quiet)) {
      const cure = 'name the hosts, or what their names begin with, or end some of those';
      const fault = `there are ${BROAD_QUIETS_MAX} whose hosts have to be searched for: ${cure}`;
      return { ok: false, full: true, fault };
    }
    return { ok: true, value: compiled.quiet };
  }

  /** Undoes one. Undefined: there is none of that id that is pending, waiting or active. */
  end(id: string, by: string, turn: Turn): LiveQuiet | undefined {
    const quiet = this.#live.get(id);
    if (!quiet) return undefined;
    quiet.end(by, turn.nowMs);
    this.#retire(quiet, turn);
    return quiet;
  }

  /** Those that are not over, the newest first. */
  live(): LiveQuiet[] {
    return [...this.#live.values()].toReversed();
  }

  /** All that holds, or will, and the newest of those that are over. */
  views(sort: 'downtime' | 'silence', nowMs: number): QuietView[] {
    const live = this.live().filter(({ isSilence }) => isSilence === (sort === 'silence'));
    const counts = this.#counts(live, nowMs);
    const views = live.map((quiet) => quietView(quiet.saved, quiet.stateAt(nowMs), counts.get(quiet) ?? 0));
    return [...views, ...this.#past.views(sort)];
  }

  viewOf(quiet: LiveQuiet, nowMs: number): QuietView {
    const state = quiet.stateAt(nowMs);
    const isPast = state === 'over' || state === 'ended';
    const services = isPast ? 0 : count(namedBy(quiet.coverage, this.#watched));
    return quietView(quiet.saved, state, services);
  }

  /** What keeps a service quiet now; for whoever asks why. */
  holding(watch: ServiceWatch, nowMs: number): LiveQuiet[] {
    return this.#index.of(watch).filter((quiet) => isHolding(quiet, watch, nowMs));
  }

  /** Its flags are to be shown anew. */
  noted(watch: ServiceWatch): void {
    this.#toShow.add(watch);
    this.#nextMs = Number.NEGATIVE_INFINITY;
  }

  /** Every service is met once, however many downtimes cover it. */
  #counts(live: readonly LiveQuiet[], nowMs: number): ReadonlyMap<LiveQuiet, number> {
    const counts = new Map<LiveQuiet, number>();
    if (live.length === 0) return counts;
    for (const hosts of [this.#watched.hosts, this.#watched.together]) {
      for (const { services } of hosts.values()) {
        for (const watch of services.values()) {
          for (const quiet of this.#index.of(watch)) {
            if (quiet.stateAt(nowMs) === 'ended' || !coversFacts(quiet.coverage, watch.on.entry)) continue;
            counts.set(quiet, (counts.get(quiet) ?? 0) + 1);
          }
        }
      }
    }
    return counts;
  }

  /** Something begins or ends. */
  #passTime(turn: Turn): void {
    const { nowMs } = turn;
    const wentBack = nowMs < this.#lookedMs;
    let next = this.acknowledgements.nextMs(nowMs);
    for (const quiet of this.#live.values()) {
      if (quiet.stateAt(nowMs) === 'over') {
        this.#retire(quiet, turn);
        continue;
      }
      if (wentBack || quiet.nextMs(this.#lookedMs) <= nowMs) this.#showCovered(quiet);
      next = Math.min(next, quiet.nextMs(nowMs));
    }
    this.#nextMs = next;
    this.#sweep(turn);
  }

  #keepLive(quiet: LiveQuiet): void {
    this.#live.set(quiet.id, quiet);
    this.#index.add(quiet);
    if (quiet.isFlexible) this.#flexible += 1;
    if (isBroad(quiet)) this.#broad += 1;
  }

  #retire(quiet: LiveQuiet, turn: Turn): void {
    this.#live.delete(quiet.id);
    this.#index.remove(quiet);
    if (quiet.isFlexible) this.#flexible -= 1;
    if (isBroad(quiet)) this.#broad -= 1;
    for (const dropped of this.#past.add(quiet.saved)) turn.alerting.quiets.set(dropped, null);
    this.#toKeep.add(quiet);
    this.#changed(quiet, turn);
  }

  #changed(quiet: LiveQuiet, { nowMs }: Turn): void {
    this.#showCovered(quiet);
    this.#nextMs = Math.min(this.#nextMs, quiet.nextMs(nowMs));
  }

  #showCovered(quiet: LiveQuiet): void {
    for (const watch of namedBy(quiet.coverage, this.#watched)) this.#toShow.add(watch);
  }

  /** Of services that are well, or whose time is up, nobody else looks at the acknowledgement. */
  #sweep(turn: Turn): void {
    this.#sweepMs = turn.nowMs + SWEEP_MS;
    for (const key of this.acknowledgements.services()) {
      const watch = this.#watched.service(key);
      if (watch && this.acknowledgements.look(watch, turn)) this.#toShow.add(watch);
    }
  }

  #showSome(turn: Turn): void {
    let room = SHOWN_PER_TURN_MAX;
    for (const watch of this.#toShow) {
      if (room === 0) return;
      this.#toShow.delete(watch);
      // One that was never shown comes with its flags; one that is gone is told of as that.
      if (watch.shownMs === 0 || this.#watched.service(watch) !== watch) continue;
      if (isSame(watch.quiet, this.flagsOf(watch, turn.nowMs))) continue;
      show(watch, turn);
      room -= 1;
    }
  }
}

function isHolding(quiet: LiveQuiet, watch: ServiceWatch, nowMs: number): boolean {
  if (!quiet.holds(quiet.isFlexible ? keyOf(watch) : '', nowMs)) return false;
  const { coverage } = quiet;
  return coversFacts(coverage, watch.on.entry) && coversSeverity(coverage, severitiesOf(watch));
}

function isSame(a: QuietFlags, b: QuietFlags): boolean {
  return a.acknowledged === b.acknowledged && a.in_downtime === b.in_downtime && a.silenced === b.silenced;
}

function count(all: Iterable<unknown>): number {
  let found = 0;
  for (const _ of all) found += 1;
  return found;
}
