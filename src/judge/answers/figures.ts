import { toMicros } from '../../model/duration.ts';
import type { ChecksView } from '../../contract/api.ts';
import type { CompiledDefinition } from '../../check/definitions.ts';
import type { JudgeReport } from '../report.ts';
import type { Matcher } from '../../check/matcher.ts';
import type { ServiceWatch } from '../watch.ts';
import type { WatchTable } from '../watch-table.ts';

/** Turns over which the rate of evaluations is a mean. */
const TURNS = 60;

/** What the newest turns were like. */
export class Pace {
  evaluations = 0;
  turnMs = 0;
  lagMs = 0;
  readonly #totals: { readonly atMs: number; readonly evaluations: number }[] = [];

  turned(
    turnMs: number,
    { evaluations, lagMs, nowMs }: Pick<JudgeReport, 'evaluations' | 'lagMs' | 'nowMs'>,
  ): void {
    this.evaluations += evaluations;
    this.turnMs = turnMs;
    this.lagMs = lagMs;
    this.#totals.push({ atMs: nowMs, evaluations: this.evaluations });
    if (this.#totals.length > TURNS) this.#totals.shift();
  }

  get evaluationsPerSecond(): number {
    const [first] = this.#totals;
    const last = this.#totals.at(-1);
    const passedS = first && last ? (last.atMs - first.atMs) / 1000 : 0;
    return first && last && passedS > 0 ? (last.evaluations - first.evaluations) / passedS : 0;
  }
}

interface Count {
  services: number;
  problems: number;
}

/** The engine's figures, without the runner's and the doors'. Looks at every service: 10 ms for 200 000. */
export function checksView(
  table: WatchTable,
  rules: { readonly definitions: readonly CompiledDefinition[]; readonly matcher: Matcher },
  pace: Pace,
): ChecksView {
  const byKind = new Map<string, number>();
  const byName = new Map<string, Count>();
  for (const watch of servicesOf(table)) {
    byKind.set(watch.kind, (byKind.get(watch.kind) ?? 0) + 1);
    const { name } = watch.compiled.rule.definition;
    const count = byName.get(name) ?? { services: 0, problems: 0 };
    count.services += 1;
    if (watch.status.kind !== 'ok') count.problems += 1;
    byName.set(name, count);
  }
  return {
    evaluations: pace.evaluations,
    evaluations_per_second: Math.round(pace.evaluationsPerSecond * 10) / 10,
    turn_ms: toMicros(pace.turnMs),
    lag_ms: toMicros(pace.lagMs),
    services_by_kind: Object.fromEntries(byKind),
    definitions: rules.definitions.map(({ rule }) => {
      const { name, where } = rule.definition;
      const { services, problems } = byName.get(name) ?? { services: 0, problems: 0 };
      const note = noteOf(rule.subject, rules.matcher.noteOf(name), services);
      return { name, where, kind: rule.subject.kind, services, problems, note };
    }),
    plugins: { running: 0, waiting: 0, runs: {}, slowest: slowestOf(table) },
    doors: [],
  };
}

function* servicesOf({ hosts, together }: WatchTable): Generator<ServiceWatch> {
  for (const host of hosts.values()) yield* host.services.values();
  for (const host of together.values()) yield* host.services.values();
}

function noteOf(subject: CompiledDefinition['rule']['subject'], note: string, services: number): string {
  if (note !== '' || services > 0) return note;
  const comesByName = subject.kind === 'passive' && subject.service !== null;
  return comesByName ? 'no result has come under such a name' : 'matches nothing';
}

const SLOWEST = 10;

/** Plugins by how long their last run took. */
function slowestOf(table: WatchTable): ChecksView['plugins']['slowest'] {
  const ran = [...servicesOf(table)].filter(({ result }) => result?.via === 'plugin');
  ran.sort((a, b) => (b.result?.executionMs ?? 0) - (a.result?.executionMs ?? 0));
  return ran.slice(0, SLOWEST).map(({ cluster, host, service, result }) => ({
    cluster,
    host,
    service,
    execution_ms: result?.executionMs ?? 0,
    latency_ms: result?.latencyMs ?? 0,
    end: result?.end ?? '',
  }));
}
