import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeCollectd } from '../wire/collectd/encode.ts';
import { LOCAL_MACHINE, readMachine } from './machine.ts';
import { derives, gauges } from './reading.ts';
import type { Socket } from 'node:dgram';
import type { MachineSource } from './machine.ts';
import type { Reading } from './reading.ts';

/**
 * One of the server's own figures: a level, or a running total. Shown as `muster/gauge-<name>` or
 * `muster/derive-<name>`.
 */
export interface OwnFigure {
  readonly typeInstance: string;
  readonly kind: 'gauge' | 'derive';
  readonly value: number;
}

export interface SelfMonitorOptions {
  /** The name this machine is shown by. */
  readonly host: string;
  /** Where to: one of the server's own groups. */
  readonly address: string;
  readonly port: number;
  readonly intervalMs: number;
  readonly own: () => readonly OwnFigure[];
  readonly signal: AbortSignal;
  readonly machine?: MachineSource;
  readonly nowMs?: () => number;
  /** Resolves after `ms`; may reject once the signal is aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of a datagram that could not be sent. */
  readonly onFault?: (fault: Error) => void;
}

/**
 * Sends this machine's figures and the server's own as real collectd datagrams, at once and then every
 * interval, until the signal is aborted; the promise resolves then, and never rejects. Turns do not
 * overlap: a slow one is followed by the next whole interval.
 */
export async function startSelfMonitor(options: SelfMonitorOptions): Promise<void> {
  const { signal, intervalMs, nowMs = Date.now, wait = waitReferenceless, machine = LOCAL_MACHINE } = options;
  const report = options.onFault ?? (() => {});
  const socket = createSocket(isIPv6(options.address) ? 'udp6' : 'udp4');
  socket.on('error', report);
  socket.unref();
  const turn = async () => {
    const readings = [...(await readMachine(machine)), ...ownReadings(options.own, report)];
    for (const datagram of encodeReadings(readings, options, nowMs())) await send(socket, datagram, options);
  };
  const startedMs = nowMs();
  while (!signal.aborted) {
    await turn().catch((error: unknown) => report(asError(error)));
    const intoIntervalMs = Math.max(0, nowMs() - startedMs) % intervalMs;
    await wait(intervalMs - intoIntervalMs, signal).catch(ignoreAbort);
  }
  socket.close();
}

/** Readings of one moment as datagrams. Those that are not finite are left out: nobody measured them. */
export function encodeReadings(
  readings: readonly Reading[],
  sender: { readonly host: string; readonly intervalMs: number },
  timeMs: number,
): Uint8Array[] {
  const common = { host: sender.host, timeS: timeMs / 1000, intervalS: sender.intervalMs / 1000 };
  return encodeCollectd(
    readings
      .filter((reading) =>
        reading.values.every((value) => typeof value === 'bigint' || Number.isFinite(value)),
      )
      .map((reading) => ({ ...common, ...reading })),
  );
}

function ownReadings(own: () => readonly OwnFigure[], report: (fault: Error) => void): Reading[] {
  try {
    return own().map(({ typeInstance, kind, value }) => {
      const name = { plugin: 'muster', type: kind, typeInstance };
      return kind === 'gauge' ? gauges(name, value) : derives(name, value);
    });
  } catch (error) {
    report(asError(error));
    return [];
  }
}

async function send(
  socket: Socket,
  datagram: Uint8Array,
  to: { readonly address: string; readonly port: number },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.send(datagram, to.port, to.address, (error) => (error ? reject(error) : resolve()));
  });
}

/** A wait is cut short by the signal alone, and the loop looks at that itself. */
function ignoreAbort(): void {}

async function waitReferenceless(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
