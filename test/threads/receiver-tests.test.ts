import { expect, test } from 'vitest';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import { ReceiverTests } from '../../src/threads/receiver-tests.ts';
import type { AlertsConfig, ChannelConfig } from '../../src/contract/alerts.ts';
import type { Channel, SendOutcome } from '../../src/notify/channel.ts';
import type { Page } from '../../src/model/service-state.ts';

const HOOK: ChannelConfig = { kind: 'webhook', url: 'http://x.example.net/', secretFile: null };
const SHELL: ChannelConfig = { kind: 'exec', command: ['say'], timeoutMs: 1000 };
const ALERTS: AlertsConfig = {
  ...NO_ALERTS,
  receivers: [
    { name: 'ann', channels: [HOOK, SHELL] },
    { name: 'bob', channels: [HOOK] },
  ],
  rotas: [
    {
      name: 'primary',
      where: '',
      timezone: 'UTC',
      start: '2026-01-05',
      handoverMinute: 540,
      turnDays: 7,
      people: ['ann', 'bob'],
      overrides: [],
    },
  ],
  escalations: [
    {
      name: 'all',
      where: '',
      steps: [
        { afterMs: 0, notify: ['primary'] },
        { afterMs: 60_000, notify: ['ann'] },
      ],
      repeatEveryMs: null,
    },
  ],
};

class FakeChannel implements Channel {
  readonly sent: Page[] = [];
  readonly #outcome: Promise<SendOutcome>;

  constructor(outcome: SendOutcome | Promise<SendOutcome> = { ok: true, detail: 'HTTP 200' }) {
    this.#outcome = Promise.resolve(outcome);
  }

  send(page: Page): Promise<SendOutcome> {
    this.sent.push(page);
    return this.#outcome;
  }
}

function setUp(given: Readonly<Record<string, Channel>> = {}) {
  const channels = new Map<string, Channel>([
    ['ann/webhook', new FakeChannel()],
    ['ann/exec', new FakeChannel({ ok: false, retryable: true, detail: 'exit status 1' })],
    ['bob', new FakeChannel()],
    ...Object.entries(given),
  ]);
  const tests = new ReceiverTests(20);
  const who = (name: string | null) => () => ({ who: name, untilMs: null });
  const ask = (name: string, onCall: string | null = 'bob') =>
    tests.test(name, { alerts: ALERTS, channels, onCall: who(onCall) }, 1000);
  return { ask };
}

test.for([
  { name: 'every channel of a receiver', of: 'ann', targets: ['ann/webhook true', 'ann/exec false'] },
  { name: 'whoever is on call', of: 'primary', targets: ['bob true'] },
  {
    name: 'all steps of an escalation',
    of: 'all',
    targets: ['bob true', 'ann/webhook true', 'ann/exec false'],
  },
])('$name', async ({ of, targets }) => {
  const tested = await setUp().ask(of);
  expect(tested.ok ? tested.outcomes.map(({ target, ok }) => `${target} ${ok}`) : tested).toEqual(targets);
});

test('nothing of that name; nobody on call', async () => {
  expect(await setUp().ask('carol')).toEqual({ ok: false, fault: 'unknown' });
  expect(await setUp().ask('primary', null)).toEqual({ ok: false, fault: 'nobody' });
});

test('one at a time, and one that hangs is not waited for for ever', async () => {
  const { ask } = setUp({ bob: new FakeChannel(new Promise(() => undefined)) });
  const [first, second] = await Promise.all([ask('bob'), ask('bob')]);
  expect(second).toEqual({ ok: false, fault: 'busy' });
  expect(first).toMatchObject({ outcomes: [{ ok: false, detail: 'no answer in time' }] });
  expect(await ask('bob')).toMatchObject({ ok: true });
});
