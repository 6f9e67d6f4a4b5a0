import { setImmediate } from 'node:timers/promises';
import { createJudge } from '../judge/judge.ts';
import { localLease } from '../alert/lease.ts';
import { interestsOf, okBounds, verdictOf } from './interest.ts';
import { knownHost } from './past-host.ts';
import { Looks } from './looks.ts';
import { NO_MEMORY } from '../judge/store.ts';
import { PlayedFleet } from './played-fleet.ts';
import { Sources } from '../judge/values/sources.ts';
import { SpanCursor } from './spans.ts';
import { Unsettled } from './unsettled.ts';
import { firstSampleS } from './tape.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { Channel } from '../notify/channel.ts';
import type { Judge } from '../judge/judge.ts';
import type { Interest } from './interest.ts';
import type { JudgeMemory } from '../judge/store.ts';
import type { JudgeRules } from '../judge/rules.ts';
import type { Page } from '../model/service-state.ts';
import type { PastHost } from './past-host.ts';
import type { PlayPast } from './play-past.ts';
import type { Span } from './spans.ts';
import type { Stretch } from './tape.ts';
import type { Turn } from '../judge/turn.ts';

/** What is judged anew, and by which rules. Plain data: it may cross threads. Times: epoch seconds. */
export interface PlayedSet {
  readonly rules: Omit<JudgeRules, 'channels'>;
  /** Names of those that pages can be sent to. */
  readonly targets: readonly string[];
  readonly hosts: readonly PastHost[];
  /** What was reported, in its order. */
  readonly results: readonly CheckResult[];
  readonly memory: Partial<JudgeMemory>;
  /** When the server was not there. */
  readonly absences: readonly Span[];
  /** From here on everything is judged; pages of before `fromS` were those of before. */
  readonly beginS: number;
  readonly fromS: number;
  readonly toS: number;
}

export interface Playing extends PlayedSet {
  readonly past: PlayPast;
  /** Looks at every second, to be compared with. */
  readonly everySecond?: boolean;
  /** How far it is, 0 … 1; told now and then. */
  readonly progress?: (share: number) => void;
}

export interface Played {
  readonly pages: readonly Page[];
  /** What it took. */
  readonly turns: number;
  readonly evaluations: number;
  /** The most that there were at a time, of those that had to be judged. */
  readonly services: number;
}

/** What has no time of its own (periods, ends of downtimes, ages) is looked at so often. */
const TICK_S = 60;
/** Where there is nothing of that kind, to be sure. */
const REST_S = 600;
/** After the server was away hosts and metrics have a grace, which ends some time. */
const GRACE_S = 180;
const TOLD_EVERY = 500;

/** Runs the judge over the past, at every moment at which something may come about. */
export async function play(playing: Playing): Promise<Played> {
  const player = new Player(playing);
  await player.run();
  return player.played();
}

class Player {
  readonly #playing: Playing;
  readonly #fleet: PlayedFleet;
  readonly #looks: Looks;
  readonly #judge: Judge;
  readonly #unsettled: Unsettled;
  readonly #absences: SpanCursor;
  readonly #pages: Page[] = [];
  #nowS: number;
  #stallMs = Number.POSITIVE_INFINITY;
  #turn: Turn | undefined;
  #reported = 0;
  #turns = 0;
  #evaluations = 0;
  #services = 0;

  constructor(playing: Playing) {
    this.#playing = playing;
    this.#nowS = playing.beginS;
    this.#fleet = new PlayedFleet(playing.hosts);
    this.#looks = looksOf(playing);
    this.#unsettled = new Unsettled(this.#looks);
    this.#absences = new SpanCursor(playing.absences);
    this.#judge = this.#newJudge();
  }

  async run(): Promise<void> {
    const { toS, beginS, progress, past } = this.#playing;
    for (let nowS: number | undefined = beginS; nowS !== undefined; nowS = this.#looks.after(this.#nowS)) {
      const away = this.#absences.find(nowS);
      if (away !== undefined) {
        this.#comeBack(Math.min(away.untilS, toS + 1));
        continue;
      }
      this.#nowS = nowS;
      const pending = this.#look();
      // Pages are delivered in the background, and what became of them is taken up in the next turn.
      if (pending) await setImmediate();
      if (past.waits) await past.answered();
      if (this.#turns % TOLD_EVERY === 0) {
        progress?.((nowS - beginS) / (toS - beginS));
        await setImmediate();
      }
    }
    await this.#judge.stop();
  }

  played(): Played {
    const fromMs = this.#playing.fromS * 1000;
    return {
      pages: this.#pages.filter(({ createdMs }) => createdMs >= fromMs),
      turns: this.#turns,
      evaluations: this.#evaluations,
      services: this.#services,
    };
  }

  /** One moment, in the order in which a server meets it. Answers whether pages are on their way. */
  #look(): boolean {
    const nowMs = this.#nowS * 1000;
    this.#fleet.play(this.#nowS);
    this.#report(nowMs);
    const report = this.#judge.turn(nowMs);
    this.#stallMs = Number.POSITIVE_INFINITY;
    this.#turns += 1;
    this.#evaluations += report.evaluations;
    const turn = this.#turn;
    this.#services = Math.max(this.#services, turn?.table.services ?? 0);
    if (turn !== undefined && this.#playing.everySecond !== true) {
      this.#unsettled.take(report.services, this.#fleet.ceased);
      this.#unsettled.mark(turn);
      if (report.hosts.length > 0) this.#looks.mark(this.#nowS + 1);
    }
    this.#fleet.ceased = [];
    this.#judge.takeErrands();
    return report.pagesPending > 0;
  }

  /** The server was away until then, and begins to listen anew. */
  #comeBack(untilS: number): void {
    this.#nowS = untilS - 1;
    this.#stallMs = -1;
    this.#looks.mark(untilS);
    this.#looks.every(1, untilS, untilS + GRACE_S);
  }

  #report(nowMs: number): void {
    const { results } = this.#playing;
    const due: CheckResult[] = [];
    for (let next = results[this.#reported]; next && next.timeMs <= nowMs; next = results[this.#reported]) {
      due.push(next);
      this.#reported += 1;
    }
    if (due.length > 0) this.#judge.take(due, nowMs);
  }

  #newJudge(): Judge {
    const { rules, targets, memory, beginS, past } = this.#playing;
    const channel: Channel = {
      send: (page) => {
        this.#pages.push(page);
        return Promise.resolve({ ok: true, detail: '' });
      },
    };
    const { catalogue } = this.#fleet;
    const stallMs = () => this.#stallMs;
    const options = {
      ...rules,
      channels: new Map(targets.map((target) => [target, channel])),
      catalogue,
      sources: this.#tapped(new Sources(catalogue, past)),
      store: { load: () => ({ ...NO_MEMORY, ...memory }), commit: () => ({ ok: true }) as const },
      lease: localLease,
      startedMs: beginS * 1000,
      clock: () => this.#nowS * 1000,
      random: () => 0.5,
      get stallMs() {
        return stallMs();
      },
    };
    return createJudge(options);
  }

  /** Its aggregates are asked for once a turn, with the turn, which says what to look at next. */
  #tapped(sources: Sources): Sources {
    const aggregates = sources.aggregates.bind(sources);
    sources.aggregates = (turn) => {
      this.#turn = turn;
      return aggregates(turn);
    };
    return sources;
  }
}

/** What is known beforehand of the moments to look at. */
function looksOf(playing: Playing): Looks {
  const { rules, beginS, toS, hosts, results, memory, absences, everySecond } = playing;
  const interests = interestsOf(rules);
  const looks = new Looks(beginS, toS);
  looks.every(everySecond === true ? 1 : tickS(playing));
  if (everySecond === true) return looks;
  for (const { timeMs } of results) looks.mark(timeMs / 1000);
  for (const { time } of memory.quiets ?? []) {
    looks.mark(time.fromMs / 1000);
    if (time.toMs !== null) looks.mark(time.toMs / 1000);
  }
  for (const { untilS } of absences) looks.every(1, untilS, untilS + GRACE_S);
  for (const host of hosts) {
    looks.mark(host.fromS);
    for (const span of [...host.silences, ...host.retired]) {
      looks.mark(span.fromS);
      looks.mark(span.untilS);
    }
    const known = knownHost(host);
    for (const { record, stretches } of host.tapes) {
      const wishes = interests.ofRecord(known, record);
      for (const stretch of stretches) markChanges(stretch, wishes, looks);
    }
  }
  return looks;
}

function tickS({ rules, memory }: Playing): number {
  const { definitions, timeperiods, alerts } = rules;
  const isPlain = definitions.every(({ subject, isVolatile }) => {
    const isOther = subject.kind === 'combined' || subject.kind === 'aggregate';
    return !isVolatile && !isOther && (subject.kind !== 'metric' || subject.function === null);
  });
  const hasTimes = timeperiods.length > 0 || (memory.quiets ?? []).length > 0;
  return isPlain && !hasTimes && (alerts?.rotas ?? []).length === 0 ? REST_S : TICK_S;
}

const NOWHERE = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };

/** Samples that are not to definitions as those before. */
function markChanges(stretch: Stretch, interests: readonly Interest[], looks: Looks): void {
  const { rows, columns } = stretch;
  for (const [source, interest] of interests.entries()) {
    const column = columns[source];
    if (column === undefined || interest.kind === 'none') continue;
    const { low, high } = interest.kind === 'whole' ? NOWHERE : okBounds(interest.matches);
    let before: number | undefined;
    for (let row = 0; row < rows; row += 1) {
      const value = column[row] as number;
      const isOk = value >= low && value <= high;
      const verdict = isOk ? 0 : interest.kind === 'whole' ? value : verdictOf(value, interest.matches);
      if (!Object.is(verdict, before)) {
        looks.mark(firstSampleS(stretch, row));
        // How long it has been missing is counted from the last one before.
        if (Number.isNaN(value)) looks.mark(stretch.startS + row * stretch.stepS);
      }
      before = verdict;
    }
  }
}
