import { formatAddress } from '../../config/listeners.ts';
import type { TextSink } from '../command.ts';
import type { LoadArguments } from './arguments.ts';
import type { Sent } from './lanes.ts';
import type { LoadOutcome } from './send-load.ts';

const BAR_CHARS = 24;
const DRAW_EVERY_MS = 200;
/** Where no terminal is: a line is for a log. */
const LINE_EVERY_MS = 5000;
const REACHED = 0.99;

/** What the system's reasons mean to somebody who sends. */
const CAUSES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ENOBUFS', 'the kernel or the network card had no room'],
  ['EPERM', 'a packet filter of this machine refuses them'],
  ['ENETUNREACH', 'no route leads there'],
  ['EHOSTUNREACH', 'no route leads there'],
  ['EMSGSIZE', 'they are too long for the way there'],
]);

/** How far the sending is, on stderr: a bar at a terminal, else a line now and then. */
export class LoadProgress {
  readonly #err: TextSink;
  readonly #durationMs: number;
  #told = { atMs: 0, values: 0, datagrams: 0 };

  constructor(err: TextSink, durationMs: number) {
    this.#err = err;
    this.#durationMs = durationMs;
  }

  at(elapsedMs: number, { values, datagrams, failed, refused }: Sent): void {
    const sinceMs = elapsedMs - this.#told.atMs;
    const bar = this.#err.isTTY === true;
    if (sinceMs < (bar ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
    const perS = (now: number, before: number) => ((now - before) * 1000) / sinceMs;
    const rates =
      `${countText(perS(values, this.#told.values))} values/s, ` +
      `${countText(perS(datagrams, this.#told.datagrams))} datagrams/s`;
    this.#told = { atMs: elapsedMs, values, datagrams };
    const time = `${(elapsedMs / 1000).toFixed(1)} s of ${this.#durationMs / 1000} s`;
    const text = [time, rates, ...faults(failed), ...faults(refused)].join(', ');
    this.#err.write(bar ? `\r\u001b[K${this.#bar(elapsedMs)} ${text}` : `${text}\n`);
  }

  /** Makes way for what is written next. */
  end(): void {
    if (this.#err.isTTY === true) this.#err.write('\r\u001b[K');
  }

  #bar(elapsedMs: number): string {
    const done = Math.min(BAR_CHARS, Math.floor((elapsedMs / this.#durationMs) * BAR_CHARS));
    return `[${'#'.repeat(done)}${'.'.repeat(BAR_CHARS - done)}]`;
  }
}

/** The summary, for people. */
export function summaryText(asked: LoadArguments, outcome: LoadOutcome, sent: Sent): string {
  const seconds = outcome.elapsedMs / 1000;
  const reached = sent.values / seconds;
  const lines = [
    `sent       ${countText(sent.datagrams)} datagrams, ${countText(sent.values)} values, ` +
      `${countText(sent.bytes)}B in ${seconds.toFixed(1)} s`,
    `rate       ${countText(reached)} values/s of ${countText(asked.valuesPerS)} asked for, ` +
      `${countText(sent.datagrams / seconds)} datagrams/s`,
  ];
  if (outcome.lateValues > 0 && reached < asked.valuesPerS * REACHED) {
    lines.push(`given up   ${countText(outcome.lateValues)} values: this machine cannot send so fast`);
  }
  if (sent.waits > 0) lines.push(`waited     ${countText(sent.waits)} times for room in a send buffer`);
  if (sent.failed.size > 0) {
    lines.push(`not sent   ${countText(sent.failedValues)} values: ${faults(sent.failed).join(', ')}`);
  }
  if (sent.refused.size > 0) lines.push(`refused    ${faults(sent.refused).join(', ')}, or more`);
  return lines.map((line) => `${line}\n`).join('');
}

/** The summary, for programs. Names end in their unit. */
export function summaryData(asked: LoadArguments, outcome: LoadOutcome, sent: Sent): object {
  const seconds = outcome.elapsedMs / 1000;
  return {
    protocol: asked.protocol,
    target: formatAddress({ address: asked.host, port: asked.port }),
    hosts: asked.fleet.hosts,
    metrics: asked.fleet.metrics,
    seconds: rounded(seconds),
    datagrams: sent.datagrams,
    values: sent.values,
    bytes: sent.bytes,
    asked_values_per_second: rounded(asked.valuesPerS),
    values_per_second: rounded(sent.values / seconds),
    datagrams_per_second: rounded(sent.datagrams / seconds),
    late_values: outcome.lateValues,
    failed_values: sent.failedValues,
    failed_datagrams: Object.fromEntries(sent.failed),
    refused_datagrams: Object.fromEntries(sent.refused),
    waits: sent.waits,
  };
}

function faults(by: ReadonlyMap<string, number>): string[] {
  return [...by].map(([code, count]) => {
    const cause = CAUSES.get(code);
    return `${countText(count)} datagrams (${code}${cause === undefined ? '' : `: ${cause}`})`;
  });
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** 999, 12.3 k, 1.20 M: three digits, with the unit's prefix. */
function countText(value: number): string {
  if (value < 1000) return String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
  const [scaled, prefix] = value < 999_500 ? [value / 1000, 'k'] : [value / 1e6, 'M'];
  return `${scaled.toPrecision(Math.max(3, String(Math.round(scaled)).length))} ${prefix}`;
}
