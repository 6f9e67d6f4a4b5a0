import { failingDependency } from '../check/dependencies.ts';
import { fillText } from '../check/placeholders.ts';
import { scopeOf } from '../check/rule.ts';
import type { CheckSettings, Dependency } from '../contract/checks.ts';
import type { Master, Purpose } from '../check/dependencies.ts';
import type { Relations, ServiceWatch } from './watch.ts';
import type { WatchFinder } from './turn.ts';

/** A service's dependencies and parents. One whose text has a placeholder without a value is none. */
export function relationsOf(watch: ServiceWatch): Relations {
  if (watch.relations) return watch.relations;
  const relations = filled(watch);
  if (!asksFacts(watch.compiled.definition)) watch.relations = relations;
  return relations;
}

/** Facts come after the host, and change: what they fill in is filled in anew each time. */
function asksFacts({ dependsOn, parents }: CheckSettings): boolean {
  const texts = [...parents, ...dependsOn.flatMap(({ host, service }) => [host, service])];
  return texts.some((text) => text.includes('facts.'));
}

/** The dependency that keeps a service from being paged, or its command from being run; null: none does. */
export function failingOf(watch: ServiceWatch, purpose: Purpose, find: WatchFinder): Dependency | null {
  const { dependsOn, softStateDependencies } = watch.compiled.definition;
  if (dependsOn.length === 0) return null;
  return failingDependency(subordinateOf(watch, find), { purpose, softStateDependencies });
}

function subordinateOf(watch: ServiceWatch, find: WatchFinder): Pick<Master, 'dependsOn'> {
  return {
    get dependsOn() {
      return relationsOf(watch).masters.map(({ dependency, host, service }) => {
        const master = find.service({ cluster: watch.cluster, host, service });
        return { dependency, master: master && masterOf(master, find) };
      });
    },
  };
}

/** What it depends on in its turn is looked up when it is asked for. */
export function masterOf(watch: ServiceWatch, find: WatchFinder): Master {
  const subordinate = subordinateOf(watch, find);
  return {
    status: watch.status,
    isJudged: watch.judged,
    get dependsOn() {
      return subordinate.dependsOn;
    },
  };
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
  return { masters, parents: definition.parents.map(text).filter((one) => one !== null) };
}
