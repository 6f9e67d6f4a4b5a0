import { failingDependency } from '../check/dependencies.ts';
import { failingOf, masterOf, relationsOf } from './relations.ts';
import { stateName } from './report.ts';
import type { Purpose } from '../check/dependencies.ts';
import type { ServiceWatch } from './watch.ts';
import type { WatchFinder } from './turn.ts';

/** Which service fails a dependency of this one: `broker of db-1 is CRITICAL`; null: none does. */
export function failureOf(watch: ServiceWatch, purpose: Purpose, find: WatchFinder): string | null {
  if (failingOf(watch, purpose, find) === null) return null;
  const { softStateDependencies } = watch.compiled.definition;
  for (const { dependency, host, service } of relationsOf(watch).masters) {
    const master = find.service({ cluster: watch.cluster, host, service });
    if (!master) continue;
    const isOf = (inheritsParent: boolean) => {
      const dependsOn = [{ dependency: { ...dependency, inheritsParent }, master: masterOf(master, find) }];
      return failingDependency({ dependsOn }, { purpose, softStateDependencies }) !== null;
    };
    const name = host === watch.host ? service : `${service} of ${host}`;
    if (isOf(false)) return `${name} is ${stateName(master)}`;
    if (dependency.inheritsParent && isOf(true)) return `what ${name} depends on is in trouble`;
  }
  return 'what it depends on is in trouble';
}
