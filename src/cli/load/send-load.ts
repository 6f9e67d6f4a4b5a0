import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { Pace } from './pace.ts';
import type { Lanes } from './lanes.ts';
import type { Traffic } from './traffic.ts';

/** Datagrams between two looks at the clock and at signals: a millisecond or so. */
const SLICE = 128;
/** Slept at once at most, so that a signal is answered soon. */
const NAP_MS = 100;

export interface LoadRun {
  readonly traffic: Traffic;
  readonly lanes: Lanes;
  readonly valuesPerS: number;
  readonly durationMs: number;
  /** The clock that datagrams carry, and one that nobody sets. */
  readonly nowMs: () => number;
  readonly ticksMs: () => number;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Told a few hundred times a second at most. */
  readonly onTurn: (elapsedMs: number) => void;
}

export interface LoadOutcome {
  readonly elapsedMs: number;
  /** Values given up because the sender was behind its plan. */
  readonly lateValues: number;
}

/** Sends at an even pace until the time is over. */
export async function sendLoad(run: LoadRun): Promise<LoadOutcome> {
  const { durationMs, signal, ticksMs } = run;
  const pace = new Pace(run.valuesPerS);
  const startMs = ticksMs();
  let elapsedMs = 0;
  while (!signal.aborted && elapsedMs < durationMs) {
    const ahead = await slice(run, pace, elapsedMs);
    const waitMs = Math.min(NAP_MS, pace.waitMs(elapsedMs), durationMs - elapsedMs);
    await (ahead ? delay(Math.max(1, waitMs)) : turn());
    elapsedMs = Math.min(durationMs, ticksMs() - startMs);
    run.onTurn(elapsedMs);
  }
  if (!signal.aborted) while (!(await slice(run, pace, durationMs))) await turn();
  // What became of the last datagrams is told in this turn.
  await turn();
  return { elapsedMs: ticksMs() - startMs, lateValues: pace.late };
}

/** Whether everything that was due has gone. */
async function slice({ traffic, lanes, nowMs }: LoadRun, pace: Pace, elapsedMs: number): Promise<boolean> {
  const timeS = nowMs() / 1000;
  let due = pace.due(elapsedMs);
  for (let sent = 0; due > 0; sent += 1) {
    if (sent === SLICE) return false;
    const datagram = traffic.next(timeS);
    const { values } = datagram;
    const room = lanes.send(datagram);
    pace.sent(values);
    due -= values;
    if (room !== undefined) await room;
  }
  return true;
}
