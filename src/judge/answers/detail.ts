import { acceptsResults } from '../results/take-results.ts';
import { commandOf } from '../results/reported-result.ts';
import { failingDependency } from '../../check/dependencies.ts';
import { performanceViews } from '../../check/reported-text.ts';
import { membersOf } from './members-view.ts';
import { masterOf, relationsOf } from '../relations.ts';
import { serviceView } from '../report.ts';
import { settingsView } from './settings-view.ts';
import { subjectView } from './subject-view.ts';
import type { CheckSettings } from '../../contract/checks.ts';
import type { Purpose } from '../../check/dependencies.ts';
import type { ServiceDetail } from '../../contract/api.ts';
import type { ServiceWatch } from '../watch.ts';
import type { WatchFinder } from '../turn.ts';

/** All there is to know of one service. */
export function serviceDetail(watch: ServiceWatch, find: WatchFinder): ServiceDetail {
  const { result, compiled, service } = watch;
  const { definition, rule } = compiled;
  return {
    service: serviceView(watch),
    long_output: result?.longOutput ?? '',
    performance: performanceViews(service, result?.performance ?? ''),
    metrics: metricsOf(watch),
    members: membersOf(watch),
    execution_ms: result?.executionMs ?? 0,
    latency_ms: result?.latencyMs ?? 0,
    via: result?.via ?? (acceptsResults(watch) || watch.kind === 'command' ? '' : 'judge'),
    from: result?.from ?? '',
    can_check_now: commandOf(watch) !== null,
    accepts_results: acceptsResults(watch),
    depends_on: dependenciesOf(watch, find),
    parents: [...relationsOf(watch).parents],
    definition: {
      // As written, placeholders and all: it is looked for in the file.
      name: rule.definition.name,
      where: definition.where,
      semantics: definition.semantics,
      settings: {
        ...subjectView(definition.subject),
        ...settingsView(filledSettings(watch), { isHost: watch.isHost, runs: commandOf(watch) !== null }),
      },
    },
  };
}

function metricsOf({ source, series }: ServiceWatch): string[] {
  if (source) return [...source.metrics()];
  return series ? [series.metric] : [];
}

/** With what its dependencies and parents are called for this service. */
function filledSettings(watch: ServiceWatch): CheckSettings {
  const { definition } = watch.compiled;
  const { masters, parents } = relationsOf(watch);
  const dependsOn = masters.map(({ dependency, host, service }) => {
    return { ...dependency, host: dependency.host === '' ? '' : host, service };
  });
  return { ...definition, dependsOn, parents };
}

function dependenciesOf(watch: ServiceWatch, find: WatchFinder): ServiceDetail['depends_on'] {
  const { softStateDependencies } = watch.compiled.definition;
  return relationsOf(watch).masters.map(({ dependency, host, service }) => {
    const master = find.service({ cluster: watch.cluster, host, service });
    const dependsOn = [{ dependency, master: master && masterOf(master, find) }];
    const fails = (purpose: Purpose) =>
      failingDependency({ dependsOn }, { purpose, softStateDependencies }) !== null;
    return { host, service, fails: fails('notification') || fails('execution') };
  });
}
