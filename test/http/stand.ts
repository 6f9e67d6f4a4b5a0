import { renderSelfMetrics } from '../../src/ops/metrics.ts';
import { createHttp } from '../../src/http/server.ts';
import { TestFleet } from '../live/fleet.ts';
import { serverStats } from '../ops/figures.ts';
import type { EventView, NotificationView, ServiceView } from '../../src/contract/api.ts';
import type { Clock, Judged, JudgedHost, Operations, ReloadOutcome } from '../../src/http/ports.ts';
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
    acknowledged: false,
    in_downtime: false,
    metric: 'load_one',
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
  changes: EventView[] = [];
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

  host(cluster: string, name: string): JudgedHost | undefined {
    return this.hosts.get(`${cluster} ${name}`);
  }

  events(limit: number): readonly EventView[] {
    return this.changes.slice(0, limit);
  }

  notifications(limit: number): Promise<readonly NotificationView[]> {
    return Promise.resolve(this.sent.slice(0, limit));
  }
}

export class FakeOperations implements Operations {
  reasons: string[] = [];
  outcome: ReloadOutcome = { ok: true, changes: ['group dev is new'] };
  reloads = 0;
  answer = serverStats();

  stats() {
    return this.answer;
  }

  unready(): readonly string[] {
    return this.reasons;
  }

  config(): unknown {
    return { http: { listen: '127.0.0.1:8600' } };
  }

  reload(): Promise<ReloadOutcome> {
    this.reloads += 1;
    return Promise.resolve(this.outcome);
  }

  renderMetrics = renderSelfMetrics;
}

/** A server on fakes; closed by `await using`. */
export function stand(given: Partial<HttpOptions> = {}) {
  const fleet = new TestFleet();
  const clock = new FakeClock();
  const judged = new FakeJudged();
  const operations = new FakeOperations();
  const logged: { detail: object; message: string }[] = [];
  const reads: { request: HistoryRequest; signal: AbortSignal }[] = [];
  const history = {
    answer: (request: HistoryRequest): Promise<HistoryAnswer> =>
      Promise.resolve({
        times: [10, 20],
        columns: (request.aggregate ? [0] : request.series).map((_, i) => Float64Array.of(i, NaN)),
      }),
    read(request: HistoryRequest, signal: AbortSignal) {
      reads.push({ request, signal });
      return this.answer(request);
    },
  };
  const app = createHttp({
    catalogue: fleet.catalogue,
    judged,
    operations,
    history,
    clock,
    log: { error: (detail, message) => void logged.push({ detail, message }) },
    listenAddress: '127.0.0.1',
    publicUrl: 'https://muster.example.net',
    identity: { version: '0.1.0', grid: 'here' },
    pageDirectory: '/nowhere',
    ...given,
  });
  const close = () => app.close();
  return { app, fleet, clock, judged, operations, history, reads, logged, [Symbol.asyncDispose]: close };
}
