import { describe, expect, test } from 'vitest';
import { explainQuestion } from '../../web/src/fleet/explain.ts';
import { attemptsWords, channelWords, notificationTitle } from '../../web/src/fleet/notification.ts';
import type { NotificationView, ReceiverView } from '../../src/contract/alert-views.ts';

const NOW_MS = 1_000_000;
const row: NotificationView = {
  id: 1,
  receiver: 'ops',
  kind: 'problem',
  cluster: 'web',
  host: 'a',
  service: 'load',
  state: 'CRITICAL',
  output: '',
  created_ms: 0,
  outcome: 'delivered',
  attempts: 1,
  detail: '',
  incident: '',
  route: '',
  title: '',
  services: [],
  count: 1,
  settled_ms: null,
};
const channel: ReceiverView['channels'][number] = {
  kind: 'email',
  target: 'ops',
  leads_to: '',
  state: 'idle',
  last_delivered_ms: null,
  fault: '',
  pending: 0,
};

describe('a notification in words', () => {
  test.for<{ is: Partial<NotificationView>; title: string }>([
    { is: { title: '3 hosts in web: load' }, title: '3 hosts in web: load' },
    { is: {}, title: 'load on a' },
    { is: { host: '' }, title: 'load · web' },
    { is: { host: '', service: '', cluster: '' }, title: 'Muster itself' },
  ])('$title', ({ is, title }) => expect(notificationTitle({ ...row, ...is })).toBe(title));
  test.for<{ is: Partial<NotificationView>; words: string }>([
    { is: {}, words: '1 attempt' },
    { is: { attempts: 0 }, words: 'not tried yet' },
    { is: { attempts: 4, detail: '503' }, words: '4 attempts: 503' },
  ])('$words', ({ is, words }) => expect(attemptsWords({ ...row, ...is })).toBe(words));
});

describe('how a receiver is', () => {
  test.for<{ is: Partial<typeof channel>; words: string }>([
    { is: {}, words: 'nothing sent since the start' },
    { is: { state: 'well', last_delivered_ms: NOW_MS - 5000 }, words: 'well · last delivered 5\u00a0s ago' },
    { is: { fault: 'refused' }, words: 'idle, the last attempt failed: refused' },
    { is: { state: 'failing', fault: 'refused', pending: 1 }, words: 'failing: refused · 1 page waits' },
  ])('$words', ({ is, words }) => expect(channelWords({ ...channel, ...is }, NOW_MS)).toBe(words));
});

test('the question follows the answer', () => {
  const told = (kind: string, outcome = 'delivered') => ({ ...row, kind, outcome });
  expect(explainQuestion({ reason: 'told', notifications: [] })).toBe('Why was I paged?');
  for (const notifications of [[], [told('problem', 'failed')], [told('recovery'), told('problem')]]) {
    expect(explainQuestion({ reason: 'in_downtime', notifications })).toBe('Why was I not paged?');
  }
  for (const notifications of [[told('problem')], [told('problem', 'superseded'), told('reminder')]]) {
    expect(explainQuestion({ reason: 'acknowledged', notifications })).toBe('Why is nobody told now?');
  }
});
