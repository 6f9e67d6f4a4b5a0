import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Delivery } from '../../src/notify/delivery.ts';
import { subjectsOf } from '../../src/notify/page-order.ts';
import { page } from './page.ts';
import type { Channel, SendOutcome } from '../../src/notify/channel.ts';
import type { Page, Settlement } from '../../src/model/service-state.ts';

/** A receiver of a simulation: down at times, refuses some pages, loses some answers. */
interface Behaviour {
  readonly downs: readonly (readonly [number, number])[];
  /** Pages of these hosts fail, whatever the receiver does otherwise. */
  readonly poisoned: ReadonlySet<number>;
  /** Every so many-th page is taken and its answer lost; 0: none. */
  readonly losesEvery: number;
  readonly answersAfterMs: number;
}

const WELL: Behaviour = { downs: [], poisoned: new Set(), losesEvery: 0, answersAfterMs: 20 };

/** Time that stands still until it is moved, and what is to happen in it. */
class SimulatedTime {
  nowMs = 0;
  #due: { readonly atMs: number; readonly run: () => void }[] = [];

  after(ms: number): Promise<void> {
    return new Promise((run) => this.#due.push({ atMs: this.nowMs + ms, run }));
  }

  async advanceTo(ms: number): Promise<void> {
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > ms) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.nowMs = next.atMs;
      next.run();
      for (let i = 0; i < 8; i += 1) await Promise.resolve();
    }
    this.nowMs = ms;
  }
}

class SimulatedReceiver implements Channel {
  readonly taken: { readonly key: string; readonly page: Page; readonly atMs: number }[] = [];
  readonly unsure = new Set<string>();
  readonly #time: SimulatedTime;
  readonly #is: Behaviour;
  readonly #flying = new Set<string>();
  #count = 0;
  overlapped = false;

  constructor(time: SimulatedTime, is: Behaviour) {
    this.#time = time;
    this.#is = is;
  }

  async send(one: Page): Promise<SendOutcome> {
    const subjects = subjectsOf(one);
    if (subjects.some((subject) => this.#flying.has(subject))) this.overlapped = true;
    for (const subject of subjects) this.#flying.add(subject);
    const outcome = this.#outcome(one);
    await this.#time.after(this.#is.answersAfterMs);
    for (const subject of subjects) this.#flying.delete(subject);
    return outcome;
  }

  #outcome(one: Page): SendOutcome {
    const { nowMs } = this.#time;
    if (this.#is.downs.some(([from, to]) => nowMs >= from && nowMs < to)) return fails('HTTP 503');
    if (this.#is.poisoned.has(Number(one.host))) return fails('HTTP 500');
    this.#count += 1;
    this.taken.push({ key: one.key, page: one, atMs: nowMs });
    if (this.#is.losesEvery === 0 || this.#count % this.#is.losesEvery !== 0) return { ok: true, detail: '' };
    this.unsure.add(one.key);
    return fails('no answer in time');
  }
}

function fails(detail: string): SendOutcome {
  return { ok: false, retryable: true, detail };
}

/** `gaps`: when and about which host each page is made. */
async function simulate(behaviours: readonly Behaviour[], pages: readonly [number, number][], seed: number) {
  const time = new SimulatedTime();
  const receivers = new Map(behaviours.map((is, i) => [`r${i}`, new SimulatedReceiver(time, is)]));
  let random = seed;
  const delivery = new Delivery({
    channels: receivers,
    clock: () => time.nowMs,
    random: () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647,
  });
  const settled: Settlement[] = [];
  const waiting = pages.toSorted(([a], [b]) => a - b);
  for (let seconds = 0; seconds < 4 * 3600; seconds += 1) {
    const nowMs = seconds * 1000;
    await time.advanceTo(nowMs);
    while ((waiting[0]?.[0] ?? Infinity) <= seconds) {
      const host = String(waiting.shift()?.[1]);
      for (const receiver of receivers.keys()) {
        const key = `${receiver}-${host}-${waiting.length}`;
        const one = page({ key, receiver, host, createdMs: nowMs, sinceMs: waiting.length });
        delivery.enqueue([{ page: one, attempts: 0, nextMs: 0 }]);
      }
    }
    delivery.pump();
    settled.push(...delivery.takeSettled());
    if (waiting.length === 0 && delivery.pending === 0) break;
  }
  return { receivers, settled, delivery };
}

const downs = fc.array(fc.tuple(fc.nat(600), fc.nat(900)), { maxLength: 3 });
const behaviour = fc.record({
  downs: downs.map((list) => list.map(([from, long]) => [from * 1000, (from + long) * 1000] as const)),
  poisoned: fc.constant(new Set<number>()),
  losesEvery: fc.constantFrom(0, 0, 3, 7),
  answersAfterMs: fc.constantFrom(1, 50, 3000),
});
const pagesMade = fc.array(fc.tuple(fc.nat(1200), fc.nat(12)), { minLength: 1, maxLength: 60 });
const seeds = fc.integer({ min: 1, max: 1_000_000 });

test('failing receivers: all pages arrive, in order by subject, none twice unless its outcome was unknown', async () => {
  await fc.assert(
    fc.asyncProperty(behaviour, pagesMade, seeds, async (is, pages, seed) => {
      const { receivers, settled } = await simulate([is, WELL], pages, seed);
      for (const [name, receiver] of receivers) {
        const theirs = settled.filter((one) => one.page.receiver === name && one.outcome === 'delivered');
        expect(theirs).toHaveLength(pages.length);
        expect(receiver.overlapped).toBe(false);
        const firsts = [...new Map(receiver.taken.toReversed().map((one) => [one.key, one])).values()];
        expect(firsts).toHaveLength(pages.length);
        if (receiver.taken.length > pages.length) expect(receiver.unsure.size).toBeGreaterThan(0);
        for (const { key } of receiver.taken.filter((one) => !receiver.unsure.has(one.key))) {
          expect(receiver.taken.filter((one) => one.key === key)).toHaveLength(1);
        }
        // `sinceMs` counts down with every page that is made.
        for (const one of firsts) {
          const later = firsts.filter((other) => other.page.host === one.page.host && other.atMs > one.atMs);
          for (const other of later) expect(other.page.sinceMs).toBeLessThan(one.page.sinceMs);
        }
      }
      const slowest = Math.max(
        ...(receivers.get('r1')?.taken ?? []).map((one) => one.atMs - one.page.createdMs),
      );
      expect(slowest).toBeLessThan(1000 + (pages.length / 4) * 20);
    }),
    { numRuns: 60 },
  );
});

test('after an outage pages come in the order they were made, whatever they are about', async () => {
  await fc.assert(
    fc.asyncProperty(pagesMade, seeds, fc.integer({ min: 1300, max: 5000 }), async (pages, seed, until) => {
      const is = { ...WELL, downs: [[0, until * 1000] as const] };
      const { receivers } = await simulate([is], pages, seed);
      const order = receivers.get('r0')?.taken.map((one) => one.page.sinceMs) ?? [];
      expect(order).toHaveLength(pages.length);
      expect(order).toEqual(order.toSorted((a, b) => b - a));
    }),
    { numRuns: 30 },
  );
});

test('pages that alone are refused do not stop the others', async () => {
  const is = { ...WELL, poisoned: new Set([0, 1]) };
  const pages = Array.from({ length: 40 }, (_, i) => [i, i % 8] as [number, number]);
  const { receivers, settled, delivery } = await simulate([is], pages, 7);
  expect(receivers.get('r0')?.taken).toHaveLength(30);
  const delivered = settled.filter((one) => one.outcome === 'delivered');
  expect(Math.max(...delivered.map((one) => one.settledMs - one.page.createdMs))).toBeLessThan(120_000);
  expect(delivery.pending).toBe(10);
});
