import { HANDLER_WORDS_MAX, HANDLERS_WAITING_MAX } from '../alert-limits.ts';
import { changeOf, compileHandlers, HandlerPace, handlersOf } from '../alert/handlers.ts';
import { attemptOf } from '../check/state-machine.ts';
import { fillHandlerText } from '../model/handler-run.ts';
import { notesOf } from './relations.ts';
import { recordEvent } from './record-event.ts';
import { stateName, stateType } from './report.ts';
import type { CompiledHandler } from '../alert/handlers.ts';
import type { Effect } from '../check/state-machine.ts';
import type { HandledChange, HandlerOutcome, HandlerRun } from '../model/handler-run.ts';
import type { HandlerConfig } from '../contract/alerts.ts';
import type { ServiceKey, Status } from '../model/service-state.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** How often handlers ended in which way, since the report before. */
export interface HandlerCount {
  readonly handler: string;
  readonly outcome: 'done' | 'failed' | 'limited' | 'in_downtime' | 'refused';
  readonly count: number;
}

/** A run that ended, for the log. */
export interface HandlerNews extends ServiceKey {
  readonly handler: string;
  readonly ok: boolean;
  readonly words: string;
}

const NEWS_MAX = 100;

interface Underway extends ServiceKey {
  readonly handler: string;
  readonly stands: {
    readonly state: string;
    readonly stateType: 'SOFT' | 'HARD';
    readonly attempt: number;
  };
}

/**
 * Event handlers: which of them a change of state starts, and what became of them. It works on changes as
 * they are found, not on states: after a restart nothing runs again for a change of before.
 */
export class Handlers {
  #handlers: readonly CompiledHandler[] = [];
  readonly #pace = new HandlerPace();
  readonly #underway = new Map<number, Underway>();
  #due: HandlerRun[] = [];
  #counts = new Map<string, HandlerCount>();
  #news: HandlerNews[] = [];
  #lastRun = 0;

  /** The configuration was validated: what does not compile is left out. */
  use(configs: readonly HandlerConfig[]): void {
    const compiled = compileHandlers(configs);
    this.#handlers = compiled.ok ? compiled.handlers : [];
    this.#pace.keepOnly(new Set(configs.map(({ name }) => name)));
  }

  /** A service has changed its state. */
  changed(watch: ServiceWatch, { before, effect }: { before: Status; effect: Effect }, turn: Turn): void {
    if (this.#handlers.length === 0) return;
    const change = changeOf(effect, before, watch.status);
    if (change === null) return;
    const { cluster, host, service } = watch;
    // What a recovery is the end of is what its handlers were matched by.
    const was = change === 'recovery' && before.kind !== 'ok' ? before.problem : stateName(watch);
    const { facts } = watch.on.entry;
    const tags = watch.compiled.definition.tags;
    const routed = { cluster, host, service, severity: was.toLowerCase(), facts, tags };
    for (const { config } of handlersOf(this.#handlers, change, routed)) {
      this.#begin(config, { watch, change }, turn);
    }
  }

  /** What is to be run now. */
  takeDue(): HandlerRun[] {
    return this.#due.splice(0);
  }

  /** Puts what became of a run into the history of its service. */
  ended({ run, end, code, detail }: HandlerOutcome, turn: Turn): void {
    const underway = this.#underway.get(run);
    if (!underway) return;
    this.#underway.delete(run);
    const isWell = (end === 'exited' && code === 0) || (end === 'answered' && code >= 200 && code < 300);
    const status = code < 0 ? end : end === 'answered' ? `HTTP ${code}` : `exit status ${code}`;
    const said = detail.trim() === '' ? '' : `: ${detail.trim().slice(0, HANDLER_WORDS_MAX)}`;
    this.#tell(underway, { isWell, words: `${status}${said}` }, turn);
    this.#count(underway.handler, isWell ? 'done' : 'failed');
  }

  /** Of the time since the call before. */
  take(): { readonly handlers: readonly HandlerCount[]; readonly handlerNews: readonly HandlerNews[] } {
    const taken = { handlers: [...this.#counts.values()], handlerNews: this.#news };
    this.#counts = new Map();
    this.#news = [];
    return taken;
  }

  #begin(
    config: HandlerConfig,
    { watch, change }: { readonly watch: ServiceWatch; readonly change: HandledChange },
    turn: Turn,
  ): void {
    const { name } = config;
    const about = aboutOf(watch, name);
    switch (this.#pace.admit(config, turn.quiet.flagsOf(watch, turn.nowMs).in_downtime, turn.nowMs)) {
      case 'in-downtime':
        return this.#count(name, 'in_downtime');
      case 'limited': {
        const { times, withinMs } = config.limit;
        const words = `left out: it ran ${times} times within ${Math.round(withinMs / 1000)} s`;
        this.#tell(about, { isWell: false, words }, turn);
        return this.#count(name, 'limited');
      }
      case 'runs':
        break;
    }
    if (this.#underway.size >= HANDLERS_WAITING_MAX) {
      this.#tell(about, { isWell: false, words: 'left out: too many handlers wait' }, turn);
      return this.#count(name, 'refused');
    }
    this.#lastRun += 1;
    this.#underway.set(this.#lastRun, about);
    this.#due.push(runOf(config, { watch, change, run: this.#lastRun }));
  }

  #tell(about: Underway, { isWell, words }: { isWell: boolean; words: string }, turn: Turn): void {
    recordEvent(about, about.stands, `handler ${about.handler}: ${words}`, turn);
    if (this.#news.length >= NEWS_MAX) return;
    const { handler, cluster, host, service } = about;
    this.#news.push({ handler, cluster, host, service, ok: isWell, words });
  }

  #count(handler: string, outcome: HandlerCount['outcome']): void {
    const key = `${handler}\0${outcome}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { handler, outcome, count });
  }
}

function aboutOf(watch: ServiceWatch, handler: string): Underway {
  const { cluster, host, service } = watch;
  const stands = {
    state: stateName(watch),
    stateType: stateType(watch),
    attempt: attemptOf(watch.status),
  } as const;
  return { cluster, host, service, handler, stands };
}

function runOf(
  { name, command, url, timeoutMs }: HandlerConfig,
  change: { readonly watch: ServiceWatch; readonly change: HandledChange; readonly run: number },
): HandlerRun {
  const { cluster, host, service } = change.watch;
  const words = wordsOf(change);
  return {
    run: change.run,
    handler: name,
    cluster,
    host,
    service,
    command: command?.map((argument) => fillHandlerText(argument, words)) ?? null,
    url,
    body: url === null ? '' : bodyOf(name, words),
    timeoutMs,
  };
}

function wordsOf({ watch, change }: { readonly watch: ServiceWatch; readonly change: HandledChange }) {
  const { cluster, host, service, output, status, on, compiled } = watch;
  const { notes, runbook } = notesOf(watch);
  const facts = [...on.entry.facts].map(([fact, value]) => [`host.facts.${fact}`, value] as const);
  return new Map<string, string>([
    ...facts,
    ['cluster', cluster],
    ['host.name', host],
    ['host.address', on.entry.address],
    ['service', service],
    ['state', stateName(watch)],
    ['state_type', stateType(watch)],
    ['attempt', String(attemptOf(status))],
    ['max_attempts', String(compiled.definition.maxCheckAttempts)],
    ['change', change],
    ['output', output],
    ['notes', notes],
    ['runbook', runbook],
  ]);
}

/** What a webhook is told; `version` grows when a key changes its meaning. */
function bodyOf(handler: string, words: ReadonlyMap<string, string>): string {
  const of = (word: string) => words.get(word) ?? '';
  return JSON.stringify({
    version: 1,
    handler,
    change: of('change'),
    cluster: of('cluster'),
    host: of('host.name'),
    address: of('host.address'),
    service: of('service'),
    state: of('state'),
    state_type: of('state_type'),
    attempt: Number(of('attempt')),
    output: of('output'),
    notes: of('notes'),
    runbook: of('runbook'),
  });
}
