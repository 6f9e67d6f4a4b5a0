import { formatAge } from '../format/duration.ts';
import type { NotificationView, ReceiverView } from '../../../src/contract/alert-views.ts';

export const OUTCOMES = ['delivered', 'pending', 'failed', 'superseded'] as const;

export function outcomeLabel(outcome: string): string {
  switch (OUTCOMES.find((known) => known === outcome)) {
    case 'delivered':
      return 'Delivered';
    case 'pending':
      return 'Waiting';
    case 'failed':
      return 'Given up';
    case 'superseded':
      return 'Withdrawn';
    case undefined:
      return outcome;
  }
}

/** What was told: `problem`, `recovery`, `reminder`… in a word. */
export function kindWords(kind: string): string {
  return kind.replaceAll(/[-_]/g, ' ');
}

/** What it was about, as its page was called; of one without, its service. */
export function notificationTitle({ title, service, host, cluster }: NotificationView): string {
  if (title !== '') return title;
  if (service === '') return cluster || 'Muster itself';
  return host === '' ? `${service} · ${cluster || 'whole grid'}` : `${service} on ${host}`;
}

/** How it went, in words: `1 attempt`, `4 attempts: 503 Service Unavailable`. */
export function attemptsWords({ attempts, detail }: NotificationView): string {
  const counted = attempts === 0 ? 'not tried yet' : attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return detail === '' ? counted : `${counted}: ${detail}`;
}

type Channel = ReceiverView['channels'][number];

/** How a way to a receiver is: `well, 3 min ago`, `failing: connection refused`, `nothing sent since the start`. */
export function channelWords(channel: Channel, nowMs: number): string {
  const waits =
    channel.pending > 0 && `${channel.pending} ${channel.pending === 1 ? 'page waits' : 'pages wait'}`;
  const last = channel.last_delivered_ms;
  const parts = [stateOf(channel), last !== null && `last delivered ${formatAge(last, nowMs)}`, waits];
  return parts.filter((part) => part !== false && part !== '').join(' · ');
}

function stateOf({ state, fault, last_delivered_ms: last }: Channel): string {
  if (state === 'failing') return fault === '' ? 'failing' : `failing: ${fault}`;
  if (state === 'well') return 'well';
  if (fault !== '') return `idle, the last attempt failed: ${fault}`;
  return last === null ? 'nothing sent since the start' : 'idle';
}
