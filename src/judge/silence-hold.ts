import { isListAwaited, listSays } from '../fleet/list-wait.ts';
import { durationWords } from '../model/duration.ts';
import { GROUP_SERVICE, isOfGroup, isOneOfMany, silenceOf } from './group-silence.ts';
import { isNewHost } from './host-turn.ts';
import type { Hold } from '../alert/decision.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** Why nobody is told of a host's silence, or of that of many; null: they are. */
export function silenceHold(watch: ServiceWatch, turn: Turn): Hold | null {
  if (watch.kind !== 'host') return null;
  if (isOfGroup(watch)) return isGroupAwaited(watch, turn) ? 'list' : null;
  const { on } = watch;
  if (isNewHost(on)) return 'new-host';
  if (isOneOfMany(on, turn)) return 'mass-silence';
  return isHostAwaited(on, turn) ? 'list' : null;
}

/** Behind the output of a host that is DOWN: what a list says of it, and why nobody is paged. */
export function silenceWords(watch: ServiceWatch, turn: Turn): string {
  const { on } = watch;
  if (on.state !== 'DOWN') return '';
  const says = listSays(on.member?.standing);
  const why = holdWords(silenceHold(watch, turn), on);
  return [says, why].map((words) => (words === '' ? '' : ` · ${words}`)).join('');
}

function holdWords(hold: Hold | null, { lastSeenMs, firstSeenMs }: HostWatch): string {
  switch (hold) {
    case 'new-host': {
      const heard = durationWords(lastSeenMs - (firstSeenMs ?? lastSeenMs));
      return `nobody is paged: never registered, heard for ${heard}`;
    }
    case 'mass-silence':
      return `one of many: ${GROUP_SERVICE} tells`;
    case 'list':
      return 'its page waits for the list of instances';
    case 'host-down':
    case 'parent-silent':
    case 'host-silent':
    case 'flapping':
    case 'dependency':
    case 'in-downtime':
    case 'silenced':
    case 'acknowledged':
    case 'not-ours':
    case null:
      return '';
  }
}

/** Only a list that has the host can say that it left. */
function isHostAwaited({ entry, member, lastSeenMs, limitMs }: HostWatch, turn: Turn): boolean {
  if (listSays(member?.standing) === '') return false;
  return isListAwaited(turn.members.listOf(entry.cluster), lastSeenMs + limitMs, turn.nowMs);
}

/** Many that were scaled in together are gone from the list, too. */
function isGroupAwaited({ cluster }: ServiceWatch, turn: Turn): boolean {
  const silence = silenceOf(cluster, turn);
  if (silence.kind !== 'mass') return false;
  return isListAwaited(turn.members.listOf(cluster), silence.crossedMs, turn.nowMs);
}
