import type { ChecksView, ServiceDetail, ServiceView } from '../../src/contract/api.ts';
import type { Asked, Checks } from '../../src/http/ports.ts';
import type { CheckNowOutcome, CheckResult, ResultOutcome } from '../../src/model/check-result.ts';
import type { Refusal } from '../../src/model/door-books.ts';
import type { ServiceKey } from '../../src/model/service-state.ts';

/** A judge that takes every result, unless it is told what to answer. */
export class FakeChecks implements Checks {
  readonly reported: CheckResult[] = [];
  readonly asked: ServiceKey[] = [];
  readonly refusals: Refusal[] = [];
  fault: (Asked<never> & { ok: false })['fault'] | undefined;
  outcome: ResultOutcome | undefined;
  now: CheckNowOutcome = 'asked';
  details: ServiceDetail[] = [];
  view: ChecksView = checksView();
  /** What becomes of a service by a result. */
  taken: (result: CheckResult) => void = () => undefined;

  detail({ cluster, host, service }: ServiceKey): Promise<Asked<ServiceDetail | null>> {
    const found = this.details.find(
      ({ service: view }) => view.cluster === cluster && view.host === host && view.service === service,
    );
    return this.#answer(found ?? null);
  }

  report(results: readonly CheckResult[]): Promise<Asked<readonly ResultOutcome[]>> {
    this.reported.push(...results);
    if (this.fault === undefined && this.outcome === undefined) results.forEach(this.taken);
    return this.#answer(
      results.map(
        ({ cluster, host, service }) => this.outcome ?? { ok: true, key: { cluster, host, service } },
      ),
    );
  }

  checkNow(service: ServiceKey): Promise<Asked<CheckNowOutcome>> {
    this.asked.push(service);
    return this.#answer(this.now);
  }

  refused(refusal: Refusal): void {
    this.refusals.push(refusal);
  }

  figures(): Promise<Asked<ChecksView>> {
    return this.#answer(this.view);
  }

  #answer<T>(answer: T): Promise<Asked<T>> {
    const { fault } = this;
    return Promise.resolve(fault === undefined ? { ok: true, answer } : { ok: false, fault });
  }
}

export function serviceDetail(service: ServiceView, given: Partial<ServiceDetail> = {}): ServiceDetail {
  return {
    service,
    long_output: '',
    performance: [],
    members: null,
    metrics: ['load_one'],
    execution_ms: 0,
    latency_ms: 0,
    via: 'judge',
    from: '',
    can_check_now: false,
    accepts_results: false,
    depends_on: [],
    parents: [],
    definition: { name: 'load', where: 'checks/web.yaml:2:5', semantics: 'muster', settings: {} },
    ...given,
  };
}

export function checksView(given: Partial<ChecksView> = {}): ChecksView {
  return {
    evaluations: 1000,
    evaluations_per_second: 10,
    turn_ms: 3,
    lag_ms: 400,
    services_by_kind: { metric: 2 },
    definitions: [],
    plugins: { running: 0, waiting: 0, runs: {}, slowest: [] },
    doors: [],
    ...given,
  };
}
