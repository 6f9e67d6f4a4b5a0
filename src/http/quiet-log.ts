import type { Clock, HttpLog } from './ports.ts';

const QUIET_MS = 60_000;

/** Writes a message down once a minute: while a store is down, every graph of every page would add one. */
export function quietLog(log: HttpLog, clock: Clock): HttpLog {
  const toldMs = new Map<string, number>();
  return {
    error(detail, message) {
      const nowMs = clock.nowMs();
      if (nowMs - (toldMs.get(message) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
      toldMs.set(message, nowMs);
      log.error(detail, message);
    },
  };
}
