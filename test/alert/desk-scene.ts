import { hash } from 'node:crypto';
import { AlertDesk } from '../../src/alert/desk.ts';
import { compileAlerts } from '../../src/alert/rules.ts';
import { compilePeriods } from '../../src/check/time-period/time-period.ts';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import type { AlertRoute, AlertsConfig } from '../../src/contract/alerts.ts';
import type { AlertSubject } from '../../src/alert/subject.ts';
import type { CompiledAlerts } from '../../src/alert/rules.ts';
import type { Hold } from '../../src/alert/decision.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { OnCall } from '../../src/alert/destination.ts';
import type { Page, PageOutcome, Problem, Status } from '../../src/model/service-state.ts';
import type { TimePeriodDefinition } from '../../src/contract/checks.ts';

export interface SceneOptions {
  readonly routes?: readonly Partial<AlertRoute>[];
  readonly alerts?: Partial<AlertsConfig>;
  readonly targets?: readonly string[];
  readonly periods?: readonly TimePeriodDefinition[];
  readonly onCall?: OnCall;
  readonly incidentsMax?: number;
}

export class Subject implements AlertSubject {
  readonly cluster = 'web';
  readonly host: string;
  readonly service: string;
  status: Status;
  told: AlertSubject['told'] = [];
  isOnDesk = false;
  hold: Hold | null = null;

  constructor(host: string, service: string, nowMs: number) {
    this.host = host;
    this.service = service;
    this.status = { kind: 'ok', sinceMs: nowMs };
  }
}

export function rulesOf(options: SceneOptions): CompiledAlerts {
  const { routes = [{}], targets = ['ops', 'log', 'ann', 'bob', 'boss'], periods = [], onCall } = options;
  const compiled = compilePeriods(periods);
  if (!compiled.ok) throw new Error(compiled.faults.join());
  const full = routes.map((one) => ({ match: {}, receiver: 'ops', continue: false, ...one }));
  const alerts = { ...NO_ALERTS, ...options.alerts };
  const rules = { routes: full, alerts, periods: compiled.periods, targets: new Set(targets) };
  const outcome = compileAlerts(onCall ? { ...rules, onCall } : rules);
  if (!outcome.ok) throw new Error(outcome.faults.join());
  return outcome.alerts;
}

/** What a page says, in one line: `problem ops w1/load+w2/load CRITICAL`. */
export function line({ kind, receiver, services, state }: Page): string {
  const news = services.filter((one) => kind === 'reminder' || one.news !== 'open');
  return `${kind} ${receiver} ${news.map(({ host, service }) => `${host}/${service}`).join('+')} ${state}`;
}

/** A desk, services by name, an outbox whose pages wait until somebody takes them. Times in seconds. */
export class Scene {
  desk: AlertDesk<Subject>;
  readonly subjects = new Map<string, Subject>();
  readonly rows = new Map<string, Incident>();
  readonly sent: Page[] = [];
  /** Not settled; those on their way cannot be taken back. */
  readonly waiting = new Map<string, Page>();
  readonly flying = new Set<string>();
  nowS = 1000;
  #options: SceneOptions;

  constructor(options: SceneOptions = {}) {
    this.#options = options;
    this.desk = this.#open();
  }

  at(host: string, service = 'load'): Subject {
    const key = `${host}/${service}`;
    let subject = this.subjects.get(key);
    if (!subject) {
      subject = new Subject(host, service, this.nowS * 1000);
      this.subjects.set(key, subject);
    }
    return subject;
  }

  bad(host: string, problem: Problem = 'CRITICAL', service = 'load'): this {
    this.at(host, service).status = { kind: 'hard', problem, attempt: 1, sinceMs: this.nowS * 1000 };
    return this;
  }

  well(host: string, service = 'load'): this {
    this.at(host, service).status = { kind: 'ok', sinceMs: this.nowS * 1000 };
    return this;
  }

  hold(host: string, hold: Hold | null, service = 'load'): this {
    this.at(host, service).hold = hold;
    return this;
  }

  /** One turn; what began in it, and arrived at once unless `later`. */
  turn({ later = false } = {}): string[] {
    const nowMs = this.nowS * 1000;
    this.#look();
    const pages = this.desk.turn(nowMs);
    for (const page of pages) {
      this.sent.push(page);
      this.waiting.set(page.key, page);
      if (!later) this.settle(page, 'delivered');
    }
    return pages.map(line);
  }

  /** Turns of every second until then; lines with the seconds since the scene began. */
  until(seconds: number, options = {}): string[] {
    const lines: string[] = [];
    while (this.nowS < 1000 + seconds) {
      this.nowS += 1;
      lines.push(...this.turn(options).map((one) => `${this.nowS - 1000} ${one}`));
    }
    return lines;
  }

  settle(page: Page, outcome: PageOutcome): void {
    if (outcome !== 'retry') this.waiting.delete(page.key);
    const settledMs = this.nowS * 1000;
    this.desk.absorb({ page, outcome, attempts: 1, nextMs: 0, settledMs, detail: '' }, settledMs);
  }

  use(options: SceneOptions): void {
    this.#options = { ...this.#options, ...options };
    this.desk.use(rulesOf(this.#options), this.nowS * 1000);
  }

  /** Another server, that knows what is kept. Pages that wait are sent again by it. */
  restart(): void {
    const kept = structuredClone([...this.rows.values()]);
    for (const [key, one] of this.subjects) {
      const again = new Subject(one.host, one.service, 0);
      this.subjects.set(key, Object.assign(again, { status: one.status, told: one.told, hold: one.hold }));
    }
    this.desk = this.#open();
    this.desk.load(kept, this.nowS * 1000);
    // What becomes of a page before its services are back is the judge's (src/judge/saved-states.ts).
    this.#look();
  }

  #look(): void {
    for (const one of this.subjects.values()) {
      if (one.status.kind === 'hard' || one.told.length > 0 || one.isOnDesk) {
        this.desk.look(one, one.hold, this.nowS * 1000);
      }
    }
  }

  #open(): AlertDesk<Subject> {
    const { incidentsMax } = this.#options;
    return new AlertDesk<Subject>({
      rules: rulesOf(this.#options),
      digest: (text) => hash('sha256', text, 'hex').slice(0, 32),
      traits: () => ({ facts: new Map(), tags: [] }),
      portray: ({ status }) => ({
        state: status.kind === 'ok' ? 'OK' : status.problem,
        stateType: 'HARD',
        output: 'words',
        sinceMs: status.sinceMs,
        notes: '',
        runbook: '',
        metric: '',
        warning: '',
        critical: '',
        occasion: null,
      }),
      changed: () => undefined,
      keep: (id, row) => {
        if (row) this.rows.set(id, row);
        else this.rows.delete(id);
      },
      withdraw: (key) => !this.flying.has(key) && this.waiting.delete(key),
      ...(incidentsMax === undefined ? {} : { incidentsMax }),
    });
  }
}
