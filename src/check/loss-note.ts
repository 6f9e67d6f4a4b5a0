import type { LossPeriod } from '../fleet/losses.ts';

/**
 * What a check adds to its words while its cluster's losses lie in what it looks at: ` (web lost 1 234
 * datagrams …: what is missing may be among them)`; empty otherwise. `sinceMs`: how far back it looks.
 */
export function lossNote(loss: LossPeriod | undefined, sinceMs: number, what: 'values' | 'packets'): string {
  if (!loss || loss.toMs < sinceMs) return '';
  const missing = what === 'values' ? 'values may be missing' : 'its packets may be among them';
  return ` (${lossWords(loss)}: ${missing})`;
}

/** `web lost 1 234 datagrams from 12:03:10 to 12:03:40 UTC`; with `of`: so many of how many. */
export function lossWords(
  { cluster, packets, fromMs, toMs }: Pick<LossPeriod, 'cluster' | 'packets' | 'fromMs' | 'toMs'>,
  of?: number,
): string {
  const many = of === undefined ? grouped(packets) : `${grouped(packets)} of ${grouped(of)}`;
  const datagrams = `${many} ${many === '1' ? 'datagram' : 'datagrams'}`;
  // Whole seconds that hold all of it.
  const [from, to] = [fromMs, Math.ceil(toMs / 1000) * 1000].map((ms) => new Date(ms).toISOString());
  const isOneDay = from?.slice(0, 10) === to?.slice(0, 10);
  const time = (iso = '') => iso.slice(isOneDay ? 11 : 0, 19).replace('T', ' ');
  return `${cluster} lost ${datagrams} from ${time(from)} to ${time(to)} UTC`;
}

/** `1 234 567`. */
function grouped(n: number): string {
  return String(n).replaceAll(/\B(?=(?:\d{3})+$)/gu, ' ');
}
