import { durationWords } from '../model/duration.ts';
import type { Notice } from './notice.ts';

/** A moment on two clocks: the one that people set, and the one that counts since the machine was started. */
export interface Moment {
  readonly atMs: number;
  /** Counts on while the machine sleeps; of the machine's present run. */
  readonly upMs: number;
  /** Another one with each start of the machine; empty: not known. */
  readonly boot: string;
}

/** The last sign of life of a server, as it is kept. */
export interface SignOfLife extends Moment {
  /** `stopped`: it was told to. `running`: it was not, if nothing followed. */
  readonly how: 'running' | 'stopped';
}

/** Null: there is none, or it cannot be read. */
export function readSignOfLife(text: string | undefined): SignOfLife | null {
  if (text === undefined) return null;
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== 'object' || said === null) return null;
    if (!('atMs' in said && 'upMs' in said && 'boot' in said && 'how' in said)) return null;
    const { atMs, upMs, boot, how } = said;
    if (typeof atMs !== 'number' || typeof upMs !== 'number' || typeof boot !== 'string') return null;
    return { atMs, upMs, boot, how: how === 'stopped' ? 'stopped' : 'running' };
  } catch {
    return null;
  }
}

/**
 * How long nobody was there. By the clock that nobody sets, as long as the machine runs on: that the time of
 * day was changed is no outage. Over a start of the machine only the time of day is left.
 */
export function awayMs(last: Moment, now: Moment): number {
  const isSameRun = last.boot !== '' && last.boot === now.boot && now.upMs >= last.upMs;
  return Math.max(0, isSameRun ? now.upMs - last.upMs : now.atMs - last.atMs);
}

/** What is told of it. */
export function absenceNotice(last: SignOfLife, now: Moment): Notice {
  const longMs = awayMs(last, now);
  const fromMs = now.atMs - longMs;
  const how =
    last.how === 'stopped'
      ? 'It was stopped.'
      : last.boot !== '' && last.boot !== now.boot
        ? 'It was not stopped: the machine went down, or was started anew.'
        : 'It was not stopped: it was killed, or it crashed.';
  return {
    title: `Muster was not running for ${durationWords(longMs)}`,
    output:
      `down from ${timeWords(fromMs)} to ${timeWords(now.atMs)} (${durationWords(longMs)}). ${how} ` +
      'Meanwhile nothing was received, judged or told; hosts now get their time to be heard again.',
    state: 'DOWN',
    notes:
      last.how === 'stopped'
        ? 'Nothing is to be done if somebody stopped it on purpose.'
        : 'Look why it ended: its log, journalctl -k (out of memory?), and the uptime of the machine.',
    sinceMs: fromMs,
    about: `away\0${Math.round(last.atMs)}`,
  };
}

/** `2026-11-22 02:14:09 UTC`. */
function timeWords(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
