import { bench, START_MS } from './fleet.ts';
import { definition } from '../check/definition.ts';
import type { Bench } from './fleet.ts';
import type { CheckResult } from '../../src/model/check-result.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';
import type { ServiceView } from '../../src/contract/api.ts';

/** A service whose results come from elsewhere: `backup`, hard at once. */
export function passive(changes: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return definition({
    name: 'backup',
    subject: { kind: 'passive', service: null, command: null },
    critical: '',
    ...changes,
  });
}

/** The host's own state, by results. */
export function passiveHost(changes: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return passive({ name: 'host', ...changes });
}

/** A judge, with what it reports put together, as the main thread sees it. */
export interface Scene extends Bench {
  /** As somebody reports them, at a time in seconds after START_MS. */
  tell(atS: number, ...results: (Partial<CheckResult> & { readonly code: number })[]): string[];
  /** `web/w1/backup` and so on. */
  readonly views: ReadonlyMap<string, ServiceView>;
  /** `CRITICAL;HARD;1`, or nothing. */
  state(key: string): string | undefined;
  /** Turns of every second up to then, all hosts heard in each. */
  pass(untilS: number): Promise<void>;
}

export function scene(
  definitions: readonly ServiceDefinition[],
  { hosts = ['w1'], ...options }: Parameters<typeof bench>[0] & { readonly hosts?: readonly string[] } = {},
): Scene {
  const b = bench({ definitions, ...options });
  const views = new Map<string, ServiceView>();
  let nowS = options.startS ?? 0;
  const take = (services: readonly ServiceView[]) => {
    for (const view of services) views.set(`${view.cluster}/${view.host}/${view.service}`, view);
  };
  const pass = async (untilS: number) => {
    for (; nowS < untilS; nowS += 1) {
      for (const host of hosts) b.fleet.host(host, nowS + 1);
      const report = await b.at(nowS + 1);
      take(report.services);
      for (const { cluster, host, service } of report.removed) views.delete(`${cluster}/${host}/${service}`);
    }
  };
  const tell: Scene['tell'] = (atS, ...some) => {
    const nowMs = START_MS + atS * 1000;
    const usual = { cluster: 'web', host: 'w1', service: 'backup', output: '', timeMs: nowMs };
    const results = some.map((one) => ({ ...usual, door: 'api' as const, from: 'ann', ...one }));
    const { answer, report } = b.judge.ask({ kind: 'results', results }, nowMs);
    take(report?.services ?? []);
    return answer.map((one) => (one.ok ? `${one.key.host}/${one.key.service}` : one.refusal));
  };
  const state = (key: string) => {
    const view = views.get(key);
    return view && `${view.state};${view.state_type};${view.attempt}`;
  };
  return { ...b, tell, views, state, pass };
}
