import { PATTERN_CHARS_MAX, PATTERN_NAMES_CHARS_MAX } from '../../limits.ts';
import { AggregateSource } from '../values/aggregate-source.ts';
import type { ServiceDefinition } from '../../contract/checks.ts';
import type { ServiceDetail } from '../../contract/api.ts';
import type { ServiceWatch } from '../watch.ts';

type MembersView = NonNullable<ServiceDetail['members']>;

const ALL = '.*';

/** Which hosts an aggregate is made of, to look up their past and problems; null: that cannot be said. */
export function membersOf(watch: ServiceWatch): ServiceDetail['members'] {
  const { source, compiled, cluster } = watch;
  if (!(source instanceof AggregateSource)) return null;
  return selected(compiled.definition, cluster) ?? named(source, cluster);
}

/** As the definition selects them, where names are all it goes by. */
function selected(definition: ServiceDefinition, cluster: string): MembersView | null {
  const { subject, facts, exclude, anchored } = definition;
  const goesByFacts = subject.kind === 'aggregate' && subject.by.some((one) => one !== 'cluster');
  if (goesByFacts || facts.length > 0 || exclude.length > 0) return null;
  const patterns = { cluster: cluster === '' ? definition.cluster : exactly(cluster), host: definition.host };
  const isWhole = anchored || (patterns.host === ALL && (cluster !== '' || patterns.cluster === ALL));
  const isShort = Object.values(patterns).every((pattern) => pattern.length <= PATTERN_CHARS_MAX);
  return isWhole && isShort ? patterns : null;
}

/** By name, as many as a pattern holds. Where two clusters have hosts of one name, all of those are meant. */
function named(source: AggregateSource, cluster: string): MembersView | null {
  const clusters = new Set<string>();
  const hosts = new Set<string>();
  let chars = 0;
  for (const host of source.hosts()) {
    const name = exactly(host.name);
    if (!hosts.has(name)) chars += name.length + 1;
    if (chars > PATTERN_NAMES_CHARS_MAX) return null;
    hosts.add(name);
    clusters.add(exactly(host.cluster));
  }
  const ofClusters = cluster === '' ? [...clusters].join('|') : exactly(cluster);
  if (hosts.size === 0 || ofClusters.length > PATTERN_NAMES_CHARS_MAX) return null;
  return { cluster: ofClusters, host: [...hosts].join('|') };
}

/** A name as a regular expression that matches itself only. */
function exactly(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
