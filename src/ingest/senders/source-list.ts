import { BestFew } from '../../model/best-few.ts';
import { compareSources } from '../../model/source-query.ts';
import type { HostTable } from '../host-table.ts';
import type { Source } from './source.ts';
import type { SourceQuery, SourceRow, SourcesFound } from '../../model/source-query.ts';

/** The senders of one group that match, the most recently refused first. */
export function findSources(
  sources: Iterable<Source>,
  query: SourceQuery,
  of: { readonly group: string; readonly hosts: HostTable; readonly nowMs: number },
): SourcesFound {
  const best = new BestFew<Source>(query.limit, compareSources);
  const matches = filterOf(query);
  for (const source of sources) if (matches(source)) best.add(source);
  return { rows: best.items.map((source) => rowOf(source, of)), leftOut: best.leftOut };
}

function filterOf({ address, q }: SourceQuery): (source: Source) => boolean {
  const part = q?.toLowerCase() ?? '';
  return (source) => {
    // Met before a restart only: nothing has come of it yet.
    if (source.packets === 0 || (address !== undefined && source.address !== address)) return false;
    return part === '' || wordsOf(source).some((word) => word.toLowerCase().includes(part));
  };
}

function wordsOf({ address, named, refused }: Source): string[] {
  return [address, ...named.map(({ name }) => name), ...refused.map(({ reason }) => reason)];
}

function rowOf(
  source: Source,
  { group, hosts, nowMs }: { readonly group: string; readonly hosts: HostTable; readonly nowMs: number },
): SourceRow {
  const named = source.named.filter((host) => hosts.hosts[host.row] === host);
  const protocols = [...source.protocols].filter((protocol) => protocol !== 'unknown');
  return {
    group,
    address: source.address,
    // `ganglia-legacy` and `ganglia-faulty` are Ganglia to whoever looks for the sender.
    protocols: [...new Set(protocols.map((protocol) => protocol.replace(/-.*/, '')))],
    hosts: named.map(({ name }) => name),
    hosts_total: Math.max(source.writes, named.length),
    first_seen_ms: source.firstMs,
    last_seen_ms: source.lastMs,
    packets: source.packets,
    values: source.values,
    values_per_second: source.perSecond(nowMs),
    series: source.series,
    clock_skew_ms: Number.isNaN(source.skewMs) ? null : source.skewMs,
    refused: source.refused
      .map(({ what, reason, count, lastMs }) => ({ what, reason, count, last_ms: lastMs }))
      .toSorted((a, b) => b.count - a.count),
  };
}
