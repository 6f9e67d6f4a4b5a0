import { readFileSync } from 'node:fs';

/**
 * Loaded into every thread of a server under test: its wall clock is the machine's plus the milliseconds in the
 * file MUSTER_CHAOS_CLOCK, which is all that setting the clock changes for a process. Clocks that are never set
 * (performance.now, timers) stay as they are.
 */

const file = process.env['MUSTER_CHAOS_CLOCK'] ?? '';
const LOOK_MS = 50;
const trueNow = Date.now.bind(Date);
let offsetMs = 0;

function look(): void {
  try {
    offsetMs = Number(readFileSync(file, 'utf8'));
  } catch {
    // Not written yet.
  }
}

class ShiftedDate extends Date {
  constructor(...parts: readonly number[]) {
    super(...((parts.length === 0 ? [trueNow() + offsetMs] : parts) as [number]));
  }

  static override now(): number {
    return trueNow() + offsetMs;
  }
}

look();
setInterval(look, LOOK_MS).unref();
globalThis.Date = ShiftedDate as DateConstructor;
