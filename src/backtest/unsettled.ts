import { overdueMs } from '../judge/results/live-result.ts';
import type { Ceased } from './played-fleet.ts';
import type { Looks } from './looks.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { ServiceWatch } from '../judge/watch.ts';
import type { Turn } from '../judge/turn.ts';

/** Without a series of its own a service is looked at so often while it is not at rest. */
const USUAL_S = 5;

/**
 * What goes on by itself, without any news: soft states, flapping, values that stay away, hosts that are
 * silent. After each turn it says when that is to be looked at again; everything else stays as it is until
 * something comes.
 */
export class Unsettled {
  readonly #looks: Looks;
  readonly #services = new Map<string, ServiceKey>();
  #ceased: Ceased[] = [];

  constructor(looks: Looks) {
    this.#looks = looks;
  }

  /** After a turn: services of which it told, and what has ceased. */
  take(told: readonly ServiceKey[], ceased: readonly Ceased[]): void {
    for (const { cluster, host, service } of told) {
      this.#services.set(`${cluster}\0${host}\0${service}`, { cluster, host, service });
    }
    this.#ceased.push(...ceased);
  }

  /** Marks when to look again at what is not at rest; the rest is forgotten. */
  mark(turn: Turn): void {
    for (const [key, service] of this.#services) {
      const watch = turn.table.service(service);
      // Words are kept fresh for people who read them.
      if (watch !== undefined) watch.refreshAtMs = Number.POSITIVE_INFINITY;
      if (watch === undefined || !this.#markService(watch, turn)) this.#services.delete(key);
    }
    const nextMs = turn.desk.nextMs();
    if (Number.isFinite(nextMs)) this.#looks.mark(Math.max(nextMs, turn.nowMs + 1) / 1000);
    if (this.#ceased.length > 0) this.#ceased = this.#ceased.filter((one) => this.#markCeased(one, turn));
  }

  /** False: it is at rest. */
  #markService(watch: ServiceWatch, { nowMs }: Turn): boolean {
    const { status, flaps, compiled, repeatedMs } = watch;
    const { definition } = compiled;
    // What depends on it, and was looked at before it, follows in the next turn.
    if (status.sinceMs === nowMs) this.#looks.mark(nowMs / 1000 + 1);
    if (status.kind === 'soft') {
      this.#markSample(watch, nowMs);
      const againMs = status.triedMs + definition.retryIntervalMs;
      if (againMs > nowMs) this.#looks.mark(againMs / 1000);
    }
    if (flaps !== null) {
      const dueMs = flaps.recordedMs + definition.checkIntervalMs;
      this.#markSample(watch, Math.max(nowMs, dueMs - 1));
      if (dueMs > nowMs) this.#looks.mark(dueMs / 1000);
    }
    const repeats = definition.isVolatile && status.kind === 'hard';
    if (repeats) this.#markSample(watch, Math.max(nowMs, repeatedMs + definition.retryIntervalMs - 1));
    const isNagios = definition.semantics === 'nagios' && status.kind !== 'ok';
    if (isNagios) {
      this.#markSample(watch, nowMs);
      // Its reminder may be due between two samples.
      const remindMs = watch.notifying?.state.nextMs ?? 0;
      if (remindMs > nowMs) this.#looks.mark(remindMs / 1000);
    }
    return status.kind === 'soft' || flaps !== null || repeats || isNagios;
  }

  /** Its first sample after that time, and the full second, for what counts by time alone. */
  #markSample({ series, valueMs, stale }: ServiceWatch, afterMs: number): void {
    if (series === null) return this.#looks.mark(afterMs / 1000 + USUAL_S);
    const everyMs = Math.max(1, Math.round(series.record.words.intervalS)) * 1000;
    const steps = Math.max(1, Math.floor((afterMs - valueMs) / everyMs) + 1);
    this.#looks.mark((valueMs + steps * everyMs) / 1000);
    if (stale) this.#looks.mark((afterMs + 1) / 1000);
  }

  /** False: it is stale by now, or it came back. */
  #markCeased({ cluster, host, row }: Ceased, turn: Turn): boolean {
    const on = turn.table.hostOf(cluster, host);
    if (on === undefined) return false;
    if (row < 0) {
      const limitMs = on.lastSeenMs + on.limitMs;
      if (turn.nowMs > limitMs) return false;
      this.#looks.mark(limitMs / 1000 + 1);
      return true;
    }
    let waits = false;
    for (const watch of on.services.values()) {
      if (watch.series?.record.row !== row || watch.stale) continue;
      const dueMs = overdueMs(watch, turn);
      if (!Number.isFinite(dueMs) || turn.nowMs > dueMs) continue;
      this.#looks.mark(Math.floor(dueMs / 1000) + 1);
      waits = true;
    }
    return waits;
  }
}
