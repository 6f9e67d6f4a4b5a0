import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  LINE_CONNECTIONS_PER_ADDRESS_MAX,
  LINE_FAULTS_MAX,
  LINE_SILENT_MS,
  LINE_UNENDED_MS,
} from '../../../src/limits.ts';
import { GraphiteListeners } from '../../../src/ingest/lines/graphite-listeners.ts';
import type { AddressInfo, Socket } from 'node:net';
import type { RingEntry } from '../../../src/ingest/ring.ts';

/** What an engine would be told; `rubbish` is a line it cannot read. */
class FakeEngine {
  admitted = true;
  readonly lines: string[] = [];
  readonly refused: string[] = [];
  readonly #waiting: { readonly holds: () => boolean; readonly done: () => void }[] = [];

  admits(): boolean {
    if (!this.admitted) this.refuse(0, 'not-allowed');
    return this.admitted;
  }

  acceptLines(buffer: Uint8Array, { start, end }: RingEntry, before: number): number {
    const lines = Buffer.from(buffer.subarray(start, end)).toString().split('\n').filter(Boolean);
    this.lines.push(...lines);
    this.#look();
    return lines.reduce((faults, line) => (line === 'rubbish' ? faults + 1 : 0), before);
  }

  refuse(_index: number, reason: string): void {
    this.refused.push(reason);
    this.#look();
  }

  /** Resolves once that holds. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ holds, done });
      this.#look();
    });
  }

  #look(): void {
    for (const { holds, done } of this.#waiting) if (holds()) done();
  }
}

const WANTED = { key: 'k', group: 'web', transport: 'tcp' } as const;

describe('connections', () => {
  let engine: FakeEngine;
  let clock: { ms: number };
  let behind: boolean;
  let listeners: GraphiteListeners;
  let port: number;
  const open: Socket[] = [];

  beforeEach(async () => {
    engine = new FakeEngine();
    clock = { ms: 1000 };
    behind = false;
    listeners = new GraphiteListeners({ engine, nowMs: () => clock.ms, isBehind: () => behind });
    const outcome = await listeners.open({ ...WANTED, listen: { address: '127.0.0.1', port: 0 } }, 0);
    port = outcome.ok ? outcome.bound.port : 0;
  });

  afterEach(() => {
    listeners.closeAll();
    for (const socket of open.splice(0)) socket.destroy();
  });

  async function dial(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    open.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  const closed = (socket: Socket) => (socket.destroyed ? Promise.resolve() : once(socket.resume(), 'close'));

  test('lines are taken, however they are cut', async () => {
    const socket = await dial();
    socket.write('a 1\nb');
    await engine.until(() => engine.lines.length === 1);
    socket.write(' 2\n');
    await engine.until(() => engine.lines.length === 2);
    expect(engine.lines).toEqual(['a 1', 'b 2']);
  });

  test('a last line without its end is not believed', async () => {
    const socket = await dial();
    socket.end('a 1\nb 2');
    await engine.until(() => engine.refused.length === 1);
    expect(engine.lines).toEqual(['a 1']);
    expect(engine.refused).toEqual(['unended-line']);
    expect(listeners.connections).toBe(0);
  });

  test('an address that is not allowed is closed', async () => {
    engine.admitted = false;
    const socket = await dial();
    await closed(socket);
    expect(engine.refused).toEqual(['not-allowed']);
    expect(listeners.connections).toBe(0);
  });

  test('what is no lines is closed after so many', async () => {
    const socket = await dial();
    socket.write('rubbish\n'.repeat(LINE_FAULTS_MAX));
    await closed(socket);
    expect(engine.refused).toEqual(['not-lines']);
  });

  test('a good line in between forgives', async () => {
    const socket = await dial();
    socket.write(
      `${'rubbish\n'.repeat(LINE_FAULTS_MAX - 1)}a 1\n${'rubbish\n'.repeat(LINE_FAULTS_MAX - 1)}b 2\n`,
    );
    await engine.until(() => engine.lines.at(-1) === 'b 2');
    expect(engine.refused).toEqual([]);
    expect(listeners.connections).toBe(1);
  });

  test('one address has so many at most', async () => {
    const sockets = await Promise.all(Array.from({ length: LINE_CONNECTIONS_PER_ADDRESS_MAX + 1 }, dial));
    await engine.until(() => engine.refused.length > 0);
    expect(engine.refused).toEqual(['connections']);
    expect(listeners.connections).toBe(LINE_CONNECTIONS_PER_ADDRESS_MAX);
    sockets[0]?.destroy();
  });

  test.for([
    { name: 'says nothing', text: 'a 1\n', afterMs: LINE_SILENT_MS, refused: [] },
    { name: 'does not end its line', text: 'a 1\nb', afterMs: LINE_UNENDED_MS, refused: ['unended-line'] },
  ])('whoever $name is closed in the end', async ({ text, afterMs, refused }) => {
    const socket = await dial();
    socket.write(text);
    await engine.until(() => engine.lines.length === 1);
    clock.ms += afterMs - 1;
    listeners.look();
    expect(socket.destroyed).toBe(false);
    clock.ms += 1;
    listeners.look();
    await closed(socket);
    expect(engine.refused).toEqual(refused);
  });

  test('slow ones, a byte now and then, have until the line is due', async () => {
    const socket = await dial();
    socket.write('a 1\nb');
    await engine.until(() => engine.lines.length === 1);
    clock.ms += LINE_UNENDED_MS / 2;
    socket.write(' ');
    socket.write('2\nc');
    await engine.until(() => engine.lines.length === 2);
    clock.ms += LINE_UNENDED_MS / 2;
    listeners.look();
    expect(listeners.connections).toBe(1);
  });

  test('a connection waits while datagrams do, and goes on', async () => {
    behind = true;
    const socket = await dial();
    socket.write('a 1\n');
    await engine.until(() => engine.lines.length === 1);
    behind = false;
    socket.write('b 2\n');
    await engine.until(() => engine.lines.length === 2);
    expect(engine.lines).toEqual(['a 1', 'b 2']);
  });

  test('a listener that is closed takes its connections along', async () => {
    const socket = await dial();
    socket.write('a 1\n');
    await engine.until(() => engine.lines.length === 1);
    listeners.close('k');
    await closed(socket);
    expect(listeners.connections).toBe(0);
  });

  test('another listener of the group keeps its own', async () => {
    await listeners.open({ ...WANTED, key: 'l', listen: { address: '127.0.0.1', port: 0 } }, 0);
    const socket = await dial();
    socket.write('a 1\n');
    await engine.until(() => engine.lines.length === 1);
    listeners.close('l');
    socket.write('b 2\n');
    await engine.until(() => engine.lines.length === 2);
  });
});

test('a port that is taken is told with its cure', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const engine = new FakeEngine();
  const listeners = new GraphiteListeners({ engine, nowMs: () => 0, isBehind: () => false });
  const outcome = await listeners.open({ ...WANTED, listen: { address: '127.0.0.1', port } }, 0);
  const message = `tcp 127.0.0.1 port ${port} (group web) is in use by another program; stop it or give the group another port`;
  expect(outcome).toEqual({ ok: false, message });
  other.close();
});
