import { randomUUID } from 'node:crypto';
import { RECEIVER_TESTS_MAX, RECEIVER_TEST_WITHIN_MS } from '../alert-limits.ts';
import { Destinations } from '../alert/destination.ts';
import { OWN_SERVICE } from '../model/own-service.ts';
import type { AlertsConfig } from '../contract/alerts.ts';
import type { Channel } from '../notify/channel.ts';
import type { OnCall } from '../alert/destination.ts';
import type { Page } from '../model/service-state.ts';
import type { ReceiverTested, TestOutcome } from '../model/receiver-test.ts';

/** What a name may come to, now. */
export interface Tested {
  readonly alerts: AlertsConfig;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly onCall: OnCall;
}

/** Sends test pages: at once, beside whatever waits, and only once. */
export class ReceiverTests {
  readonly #underWay = new Set<string>();
  readonly #withinMs: number;

  constructor(withinMs = RECEIVER_TEST_WITHIN_MS) {
    this.#withinMs = withinMs;
  }

  /** A page to everybody whom the name comes to now: all steps of an escalation. Never rejects. */
  async test(name: string, { alerts, channels, onCall }: Tested, nowMs: number): Promise<ReceiverTested> {
    const { receivers, rotas, escalations } = alerts;
    if (![...receivers, ...rotas, ...escalations].some((one) => one.name === name)) {
      return { ok: false, fault: 'unknown' };
    }
    if (this.#underWay.has(name) || this.#underWay.size >= RECEIVER_TESTS_MAX) {
      return { ok: false, fault: 'busy' };
    }
    const { targets } = new Destinations(alerts, onCall).reach(name, { begun: Infinity, nowMs });
    if (targets.length === 0) return { ok: false, fault: 'nobody' };
    this.#underWay.add(name);
    try {
      const sent = targets.map((target) => this.#send(target, channels.get(target), nowMs));
      return { ok: true, outcomes: await Promise.all(sent) };
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #send(target: string, channel: Channel | undefined, nowMs: number): Promise<TestOutcome> {
    if (!channel) return { target, ok: false, detail: 'there is no way to it', tookMs: 0 };
    const begunMs = performance.now();
    const limit = AbortSignal.timeout(this.#withinMs);
    const late = new Promise<{ ok: false; detail: string }>((resolve) => {
      limit.addEventListener('abort', () => resolve({ ok: false, detail: 'no answer in time' }));
    });
    const sent = channel.send(testPage(target, nowMs), limit).catch(() => ({ ok: false, detail: 'failed' }));
    const { ok, detail } = await Promise.race([sent, late]);
    return { target, ok, detail, tookMs: Math.round(performance.now() - begunMs) };
  }
}

function testPage(receiver: string, nowMs: number): Page {
  return {
    key: randomUUID().replaceAll('-', ''),
    receiver,
    kind: 'test',
    cluster: '',
    host: '',
    service: OWN_SERVICE,
    state: 'OK',
    stateType: 'HARD',
    output: `somebody tests receiver ${receiver}: nothing is wrong`,
    sinceMs: nowMs,
    notes: 'Nothing is to be done.',
    runbook: '',
    createdMs: nowMs,
    incident: '',
    route: '',
    title: `test of receiver ${receiver}`,
    services: [],
    count: 1,
    open: 0,
  };
}
