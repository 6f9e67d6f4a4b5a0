import { failingDependency } from '../check/dependencies.ts';
import { fillAddress, fillText, fillWords } from '../check/placeholders.ts';
import { scopeOf } from '../check/rule.ts';
import type { CheckSettings, Dependency } from '../contract/checks.ts';
import type { Master, Purpose } from '../check/dependencies.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { Relations, ServiceWatch } from './watch.ts';
import type { WatchFinder } from './turn.ts';

/**
 * A service's dependencies and parents, and its notes. A dependency or parent whose text has a placeholder
 * without a value is none.
 */
export function relationsOf(watch: ServiceWatch): Relations {
  if (watch.relations) return watch.relations;
  const relations = filled(watch);
  if (!asksFacts(watch.compiled.definition)) watch.relations = relations;
  return relations;
}

/** What to do about it, in the words for this service. */
export function notesOf(watch: ServiceWatch): Pick<CheckSettings, 'notes' | 'runbook'> {
  const { definition } = watch.compiled;
  const isFilled = !definition.notes.includes('{{') && !definition.runbook.includes('{{');
  return isFilled ? definition : relationsOf(watch);
}

/** Facts come after the host, and change, as its address may: they are filled in anew each time. */
function asksFacts({ dependsOn, parents, notes, runbook }: CheckSettings): boolean {
  const texts = [...parents, ...dependsOn.flatMap(({ host, service }) => [host, service]), notes, runbook];
  return texts.some((text) => text.includes('facts.') || text.includes('host.address'));
}

/** The dependency that keeps a service from being paged, or its command from being run; null: none does. */
export function failingOf(watch: ServiceWatch, purpose: Purpose, find: WatchFinder): Dependency | null {
  const { dependsOn, softStateDependencies } = watch.compiled.definition;
  if (dependsOn.length === 0) return null;
  return failingDependency(subordinateOf(watch, find), { purpose, softStateDependencies });
}

/** Services looked up for one question: each is the same master however often it is met. */
type Known = Map<ServiceWatch, Master>;

function subordinateOf(
  watch: ServiceWatch,
  find: WatchFinder,
  known: Known = new Map(),
): Pick<Master, 'dependsOn'> {
  return {
    get dependsOn() {
      return relationsOf(watch).masters.map(({ dependency, host, service }) => {
        const key = { cluster: watch.cluster, host, service };
        const master = find.service(key);
        return { dependency, master: master ? masterOf(master, find, known) : keptOf(key, find) };
      });
    },
  };
}

/** After a restart hosts come back one after the other: until then a service stands where it stood. */
function keptOf(key: ServiceKey, find: WatchFinder): Master | undefined {
  const kept = find.kept(key);
  return kept && { status: kept.status, isJudged: true, dependsOn: [] };
}

/** What it depends on in its turn is looked up when it is asked for. */
export function masterOf(watch: ServiceWatch, find: WatchFinder, known: Known = new Map()): Master {
  let master = known.get(watch);
  if (master === undefined) {
    const subordinate = subordinateOf(watch, find, known);
    master = {
      status: watch.status,
      isJudged: watch.judged,
      get dependsOn() {
        return subordinate.dependsOn;
      },
    };
    known.set(watch, master);
  }
  return master;
}

function filled(watch: ServiceWatch): Relations {
  const { definition, rule } = watch.compiled;
  const scope = scopeOf(rule, watch.on.entry, watch.series?.metric ?? null);
  const text = (one: string): string | null => {
    const said = fillText(one, scope);
    return said.ok ? said.text : null;
  };
  const masters = definition.dependsOn.flatMap((dependency) => {
    const host = dependency.host === '' ? watch.host : text(dependency.host);
    const service = text(dependency.service);
    return host === null || service === null ? [] : [{ dependency, host, service }];
  });
  return {
    masters,
    parents: definition.parents.map(text).filter((one) => one !== null),
    notes: fillWords(definition.notes, scope),
    runbook: fillAddress(definition.runbook, scope),
  };
}
