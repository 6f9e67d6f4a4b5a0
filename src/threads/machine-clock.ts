import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Moment } from '../alert/absence.ts';

/** The clock since the machine was started, which nobody sets, and which start that was (random(4)). */
export function machineClock(): () => Omit<Moment, 'atMs'> {
  const boot = bootId();
  return () => ({ upMs: Math.round(uptime() * 1000), boot });
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
