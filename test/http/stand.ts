import { renderSelfMetrics } from '../../src/ops/metrics.ts';
import { createHttp } from '../../src/http/server.ts';
import { TestFleet } from '../live/fleet.ts';
import { FakeAlerting } from './fake-alerting.ts';
import { FakeChecks } from './fake-checks.ts';
import { FakeEnrolment, FakeReconcilers, FakeRegistry } from './fake-instances.ts';
import { serverStats } from '../ops/figures.ts';
import type { SignInOutcome } from '../../src/access/front-door.ts';
import type { Credentials, Identified } from '../../src/access/identify.ts';
import type { AuditView } from '../../src/contract/access.ts';
import type { DashboardSummary, DashboardView } from '../../src/contract/dashboard.ts';
import type { EventView, LossView, ServiceView } from '../../src/contract/api.ts';
import type { NotificationView } from '../../src/contract/alert-views.ts';
import type {
  Access,
  AuditBook,
  Clock,
  Dashboards,
  EventOutcome,
  EventsRead,
  Events,
  FlushOutcome,
  Judged,
  JudgedHost,
  Losses,
  LossesRead,
  Retired,
  Operations,
  Readiness,
  ReloadOutcome,
  Senders,
  Writes,
} from '../../src/http/ports.ts';
import type { EventQuery, Mark } from '../../src/model/event.ts';
import type { GoneFound, GoneQuery, RetiredHost } from '../../src/model/retired.ts';
import type { ServiceKey } from '../../src/model/service-state.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { LossQuery } from '../../src/model/loss.ts';
import type { SourceQuery, SourceRow, SourcesFound } from '../../src/model/source-query.ts';
import type { WriteOutcome, WriteRequest } from '../../src/model/write.ts';
import type { HttpOptions } from '../../src/http/server.ts';
import type { HistoryAnswer, HistoryRequest } from '../../src/query/history.ts';

export const NOW_MS = 1_700_000_000_000;

export class FakeClock implements Clock {
  ms = NOW_MS;
  readonly #runs = new Set<() => void>();

  nowMs(): number {
    return this.ms;
  }

  every(_periodMs: number, run: () => void): Disposable {
    this.#runs.add(run);
    return { [Symbol.dispose]: () => void this.#runs.delete(run) };
  }

  /** Lets whole seconds pass, with their ticks. */
  pass(seconds = 1): void {
    for (let i = 0; i < seconds; i += 1) {
      this.ms += 1000;
      for (const run of this.#runs) run();
    }
  }

  get running(): number {
    return this.#runs.size;
  }
}

export function serviceView(given: Partial<ServiceView> = {}): ServiceView {
  return {
    cluster: 'web',
    host: 'web-1',
    service: 'load',
    state: 'OK',
    state_type: 'HARD',
    attempt: 1,
    max_check_attempts: 3,
    output: '',
    since_ms: NOW_MS,
    last_check_ms: NOW_MS,
    flapping: false,
    kind: 'metric',
    next_check_ms: null,
    percent_state_change: 0,
    acknowledged: false,
    in_downtime: false,
    silenced: false,
    metric: 'load_one',
    function: '',
    warning: '4',
    critical: '8',
    notes: '',
    runbook: '',
    ...given,
  };
}

export class FakeJudged implements Judged {
  views: ServiceView[] = [];
  readonly hosts = new Map<string, JudgedHost>();
  sent: NotificationView[] = [];
  readonly #turns = new Set<() => void>();
  #version = 0;

  judge(...views: ServiceView[]): void {
    this.views = views;
    this.#version += 1;
  }

  version(): number {
    return this.#version;
  }

  services(): Iterable<ServiceView> {
    return this.views;
  }

  service({ cluster, host, service }: ServiceKey): ServiceView | undefined {
    return this.views.find(
      (view) => view.cluster === cluster && view.host === host && view.service === service,
    );
  }

  host(cluster: string, name: string): JudgedHost | undefined {
    return this.hosts.get(`${cluster} ${name}`);
  }

  notifications({ limit }: { readonly limit: number }): Promise<readonly NotificationView[]> {
    return Promise.resolve(this.sent.slice(0, limit));
  }

  onTurn(run: () => void): Disposable {
    this.#turns.add(run);
    return { [Symbol.dispose]: () => void this.#turns.delete(run) };
  }

  /** One turn of the judge has been reported. */
  turn(): void {
    for (const run of this.#turns) run();
  }

  get listeners(): number {
    return this.#turns.size;
  }
}

/** Hosts and records that have left, in memory. */
export class FakeRetired implements Retired {
  all: RetiredHost[] = [];
  gone: RecordDescription[] = [];
  queries: GoneQuery[] = [];
  isCut = false;

  version(): number {
    return this.all.length;
  }

  hosts(): readonly RetiredHost[] {
    return this.all;
  }

  host(cluster: string, name: string): RetiredHost | undefined {
    return this.all.find((one) => one.cluster === cluster && one.name === name);
  }

  records(query: GoneQuery): GoneFound {
    this.queries.push(query);
    const records = this.gone.filter(
      ({ cluster, host }) =>
        query.cluster.matches(cluster) &&
        query.host.matches(host) &&
        (query.host.literal === null || query.host.literal === host),
    );
    return { records, isCut: this.isCut };
  }
}

/** Losses in memory, in the order they are given. */
export class FakeLosses implements Losses {
  all: LossView[] = [];
  queries: LossQuery[] = [];
  fault: string | undefined;

  list(query: LossQuery): LossesRead {
    this.queries.push(query);
    if (this.fault !== undefined) return { ok: false, fault: this.fault };
    const found = this.all.filter(({ cluster }) => query.cluster(cluster));
    const losses = found.slice(0, query.limit);
    return { ok: true, losses, leftOut: found.length - losses.length };
  }
}

/** Events in memory, in the order they are given. */
export class FakeEvents implements Events {
  all: EventView[] = [];
  queries: EventQuery[] = [];
  fault: string | undefined;
  #posted = 0;

  version(): string {
    return JSON.stringify(this.all);
  }

  list(query: EventQuery): EventsRead {
    this.queries.push(query);
    if (this.fault !== undefined) return { ok: false, fault: this.fault };
    const events = this.all.slice(0, query.limit);
    return { ok: true, events, leftOut: this.all.length - events.length };
  }

  post({ timeMs, ...mark }: Mark): EventOutcome {
    if (this.fault !== undefined) return { ok: false, fault: this.fault };
    this.#posted += 1;
    const none = { service: null, state: null, state_type: null, attempt: null };
    const event = { id: `m${this.#posted}`, time_ms: timeMs, ...mark, tags: [...mark.tags], ...none };
    this.all.unshift(event);
    return { ok: true, event };
  }

  remove(id: string): EventOutcome<EventView | undefined> {
    const event = this.all.find((one) => one.id === id && one.kind !== 'state');
    this.all = this.all.filter((one) => one !== event);
    return { ok: true, event };
  }
}

export class FakeOperations implements Operations {
  reasons: string[] = [];
  notes: string[] = [];
  setAside: string[] = [];
  outcome: ReloadOutcome = { ok: true, changes: ['group dev is new'], definitions: [] };
  reloads = 0;
  previews = 0;
  answer = serverStats();

  stats() {
    return this.answer;
  }

  readiness(names: boolean): Readiness {
    const setAside = names ? this.setAside : this.setAside.map(() => 'an RRD file');
    return { unready: this.reasons, notes: this.notes, setAside };
  }

  config(): unknown {
    return { http: { listen: '127.0.0.1:8600' } };
  }

  reload({ preview }: { readonly preview: boolean }): Promise<ReloadOutcome> {
    if (preview) this.previews += 1;
    else this.reloads += 1;
    return Promise.resolve(this.outcome);
  }

  flushed: FlushOutcome = { ok: true, records: 0, points: 0, left: 0 };
  readonly flushes: object[] = [];

  flush(wish: object): Promise<FlushOutcome> {
    this.flushes.push(wish);
    return Promise.resolve(this.flushed);
  }

  renderMetrics = renderSelfMetrics;
}

/** Bodies of the line protocol, and what is answered to them. */
export class FakeWrites implements Writes {
  groups = ['web'];
  outcome: WriteOutcome | Error = { kind: 'read', lines: 1, refused: 0, faults: [] };
  readonly bodies: (Omit<WriteRequest, 'bytes'> & { readonly text: string })[] = [];

  hasGroup(name: string): boolean {
    return this.groups.includes(name);
  }

  write({ bytes, ...said }: WriteRequest): Promise<WriteOutcome> {
    this.bodies.push({ ...said, text: new TextDecoder().decode(bytes) });
    return this.outcome instanceof Error ? Promise.reject(this.outcome) : Promise.resolve(this.outcome);
  }
}

/** As many columns as a request is answered with. */
function columnsFor({ aggregate, groups, series }: HistoryRequest): readonly unknown[] {
  return aggregate === undefined ? series : [...new Set(groups ?? [0])];
}

/** Nobody signs in. */
export class FakeAccess implements Access {
  readonly mode: 'none' | 'users' = 'none';

  hasUsers(): boolean {
    return false;
  }

  identify({ token }: Credentials): Identified {
    if (token !== undefined) return { kind: 'refused' };
    throw new Error('nobody signs in: nobody is to be asked');
  }

  signIn(): Promise<SignInOutcome> {
    throw new Error('nobody signs in');
  }

  signOut(): boolean {
    return true;
  }
}

export class FakeAudit implements AuditBook {
  readonly notes: Parameters<AuditBook['note']>[0][] = [];

  note(entry: Parameters<AuditBook['note']>[0]): void {
    this.notes.push(entry);
  }

  list({ limit }: { limit: number }): readonly AuditView[] {
    const newest = this.notes.map((note, i) => ({ ...note, id: i + 1, time_ms: NOW_MS })).toReversed();
    return newest.slice(0, limit);
  }
}

export class FakeDashboards implements Dashboards {
  views: DashboardView[] = [];

  list(): readonly DashboardSummary[] {
    return this.views.map(({ name, title, description, fault }) => ({ name, title, description, fault }));
  }

  find(name: string): DashboardView | undefined {
    return this.views.find((view) => view.name === name);
  }
}

/** Senders in the order they are given. */
export class FakeSenders implements Senders {
  rows: SourceRow[] = [];
  readonly queries: SourceQuery[] = [];

  senders(query: SourceQuery): Promise<SourcesFound> {
    this.queries.push(query);
    const rows = this.rows.slice(0, query.limit);
    return Promise.resolve({ rows, leftOut: this.rows.length - rows.length });
  }
}

/** A server on fakes; closed by `await using`. */
export function stand(given: Partial<HttpOptions> = {}) {
  const fleet = new TestFleet();
  const clock = new FakeClock();
  const judged = new FakeJudged();
  const checks = new FakeChecks();
  const alerting = new FakeAlerting();
  const operations = new FakeOperations();
  const logged: { detail: object; message: string }[] = [];
  const reads: { request: HistoryRequest; signal: AbortSignal }[] = [];
  const history = {
    answer: (request: HistoryRequest): Promise<HistoryAnswer> =>
      Promise.resolve({
        times: [10, 20],
        columns: columnsFor(request).map((_, i) => ({ values: Float64Array.of(i, NaN) })),
      }),
    read(request: HistoryRequest, signal: AbortSignal) {
      reads.push({ request, signal });
      return this.answer(request);
    },
  };
  const audit = new FakeAudit();
  const events = new FakeEvents();
  const losses = new FakeLosses();
  const retired = new FakeRetired();
  const senders = new FakeSenders();
  const registry = new FakeRegistry();
  const enrolment = new FakeEnrolment();
  const reconcilers = new FakeReconcilers();
  const dashboards = new FakeDashboards();
  const writes = new FakeWrites();
  const app = createHttp({
    access: new FakeAccess(),
    audit,
    events,
    losses,
    retired,
    senders,
    registry,
    enrolment,
    reconcilers,
    diagnosis: { find: () => Promise.resolve({ findings: [], left_out: 0, kinds: [] }) },
    dashboards,
    writes,
    catalogue: fleet.catalogue,
    judged,
    checks,
    alerting,
    operations,
    history,
    clock,
    log: { error: (detail, message) => void logged.push({ detail, message }) },
    listenAddress: '127.0.0.1',
    publicUrl: 'https://muster.example.net',
    identity: { version: '0.1.0', grid: 'here', demo: false },
    pageDirectory: '/nowhere',
    ...given,
  });
  const close = () => app.close();
  return {
    app,
    audit,
    events,
    losses,
    retired,
    senders,
    registry,
    enrolment,
    reconcilers,
    dashboards,
    writes,
    fleet,
    clock,
    judged,
    checks,
    alerting,
    operations,
    history,
    reads,
    logged,
    [Symbol.asyncDispose]: close,
  };
}
