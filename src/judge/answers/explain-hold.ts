import { failingOf } from '../relations.ts';
import { GROUP_SERVICE } from '../group-silence.ts';
import { keyOf } from '../../alert/quiet/coverage.ts';
import { link } from './explain-check.ts';
import type { ExplainStep } from '../../contract/alert-views.ts';
import type { Hold } from '../../alert/decision.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/** What keeps a problem back, with who decided so and until when. */
export function holdStep(watch: ServiceWatch, hold: Hold | null, turn: Turn): ExplainStep {
  if (hold === null) return link('hold', 'passed', 'Nothing keeps it back.', null);
  return link('hold', 'stopped', wordsOf(watch, hold, turn), null);
}

function wordsOf(watch: ServiceWatch, hold: Hold, turn: Turn): string {
  const { host, cluster, flaps } = watch;
  switch (hold) {
    case 'host-down':
      return `${host} is down: its own page says so, and this is told if it lasts when the host is back.`;
    case 'parent-silent':
      return `What ${host} is reached by is silent, too: whether it is DOWN or UNREACHABLE shows in a moment.`;
    case 'host-silent':
      return `Nothing was heard of ${host} since: it is the silence of the host, which is judged by itself.`;
    case 'mass-silence':
      return `Many hosts of ${cluster} fell silent together: the service ${GROUP_SERVICE} tells of them as one.`;
    case 'new-host':
      return `${host} never registered and was heard for a short while only (new_host_grace).`;
    case 'list':
      return `The list of instances that has ${host} is read first: it may say that it left.`;
    case 'flapping':
      return `It flaps (${(flaps?.percent ?? 0).toFixed(1)} % of its last states changed): told is what it comes to.`;
    case 'dependency':
      return `It depends on ${dependencyOf(watch, turn)}, which is in trouble.`;
    case 'in-downtime':
      return quietWords(watch, turn, { isSilence: false, what: 'In downtime' });
    case 'silenced':
      return quietWords(watch, turn, { isSilence: true, what: 'Silenced' });
    case 'acknowledged':
      return acknowledgedWords(watch, turn);
    case 'not-ours':
      return 'Another server has the lease, and tells.';
  }
}

function dependencyOf(watch: ServiceWatch, { table }: Turn): string {
  const failing = failingOf(watch, 'notification', table);
  if (!failing) return 'another service';
  return failing.host === '' ? failing.service : `${failing.service} of ${failing.host}`;
}

function quietWords(
  watch: ServiceWatch,
  { quiet, nowMs }: Turn,
  { isSilence, what }: { readonly isSilence: boolean; readonly what: string },
): string {
  const one = quiet
    .covering(watch)
    .find((live) => live.isSilence === isSilence && live.holds(live.isFlexible ? keyOf(watch) : '', nowMs));
  if (!one) return `${what}.`;
  const { id, author, comment, time } = one.saved;
  return `${what} (${id}) by ${author}${untilWords(time.toMs)}: ${comment}`;
}

function acknowledgedWords(watch: ServiceWatch, { quiet, nowMs }: Turn): string {
  const given = quiet.acknowledgementOf(watch, nowMs);
  if (!given) return 'Acknowledged.';
  const { author, comment, untilMs, sticky } = given;
  const until = untilMs === null ? (sticky ? ' until it is well' : '') : untilWords(untilMs);
  const why = comment === '' ? '' : `: ${comment}`;
  return `Acknowledged by ${author}${until}, so nobody else is told, and nobody reminded${why}`;
}

function untilWords(untilMs: number | null): string {
  if (untilMs === null) return '';
  return ` until ${new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
