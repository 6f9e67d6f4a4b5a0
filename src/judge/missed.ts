import { isMissed } from '../fleet/mass-silence.ts';
import type { HostWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/**
 * Notes a host that is silent for a good part of its limit. Its group's lists are worth reading then, and
 * once more when it has crossed the limit: what is read after that is what its page waits for.
 */
export function noteMissed(host: HostWatch, turn: Turn): void {
  const before = host.missed;
  const missed = missedOf(host, turn.nowMs);
  // One that is waited for asks for no list, but at the end of its grace it may be one of many.
  host.missed = host.waiting ? 'no' : missed;
  if (missed !== 'no') turn.silent.add(host.entry.cluster);
  if (host.missed === 'no') return;
  const isNews = host.missed !== before && !(before === 'crossed' && host.missed === 'soon');
  if (isNews && turn.members.listOf(host.entry.cluster)) turn.missed.add(host.entry.cluster);
}

function missedOf(host: HostWatch, nowMs: number): HostWatch['missed'] {
  if (host.state === 'RETIRED' || !isMissed(host, nowMs)) return 'no';
  return nowMs - host.lastSeenMs > host.limitMs ? 'crossed' : 'soon';
}
