import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCAL_MACHINE, readMachine } from '../../src/agent/machine.ts';
import { encodeReadings, startSelfMonitor } from '../../src/agent/self-monitor.ts';
import { gauges } from '../../src/agent/reading.ts';
import { parseTypesDb } from '../../src/wire/collectd/types-db.ts';
import { transcribe } from '../wire/collectd/transcript.ts';
import type { MachineSource } from '../../src/agent/machine.ts';

const FILES = new Map([
  ['/proc/loadavg', '0.5 0.25 0.125 1/96 15019\n'],
  ['/proc/mounts', '/dev/vda1 / ext4 rw 0 0\n/dev/vdb /gone xfs rw 0 0\n'],
]);

/** A machine with a load and one file system of two that answers. */
const FAKE: MachineSource = {
  readText: async (path) => {
    const text = FILES.get(path);
    if (text === undefined) throw new Error('ENOENT');
    return text;
  },
  space: async (mountPoint) => {
    if (mountPoint === '/gone') throw new Error('ENOENT');
    return { bsize: 1, blocks: 10, bfree: 4, bavail: 3 };
  },
};

async function receiver() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const next = async () => transcribe(new Uint8Array((await once(socket, 'message'))[0] as Buffer));
  return { port: socket.address().port, next, close: () => socket.close() };
}

describe('startSelfMonitor', () => {
  test('sends at once, then on whole intervals, until it is aborted', async () => {
    const peer = await receiver();
    const abort = new AbortController();
    const clock = { nowMs: 1_795_172_490_500 };
    const waits: number[] = [];
    const first = peer.next();
    const done = startSelfMonitor({
      host: 'me.example',
      address: '127.0.0.1',
      port: peer.port,
      intervalMs: 10_000,
      own: () => {
        clock.nowMs += 2_000; // A turn takes two seconds.
        return [
          { typeInstance: 'values_pending', kind: 'gauge', value: 7 },
          { typeInstance: 'values_received', kind: 'derive', value: 123 },
        ];
      },
      signal: abort.signal,
      machine: FAKE,
      nowMs: () => clock.nowMs,
      wait: async (ms) => {
        waits.push(ms);
        clock.nowMs += ms;
        if (waits.length === 3) abort.abort();
      },
    });
    await done;
    const seen = await first;
    peer.close();
    expect(waits).toEqual([8_000, 8_000, 8_000]);
    expect(seen.fault).toBeUndefined();
    expect(seen.values.map((v) => `${v.plugin}-${v.pluginInstance}/${v.type}-${v.typeInstance}`)).toEqual([
      'load-/load-',
      'df-root/df_complex-free',
      'df-root/df_complex-reserved',
      'df-root/df_complex-used',
      'muster-/gauge-values_pending',
      'muster-/derive-values_received',
    ]);
    expect(seen.values[0]).toMatchObject({ host: 'me.example', intervalS: 10, timeS: 1_795_172_492.5 });
    expect(seen.values.at(-1)).toMatchObject({ kinds: [2], words: [123n] });
  });

  test('figures that throw, and a port nobody can have, are reported and end nothing', async () => {
    const abort = new AbortController();
    const faults: string[] = [];
    let turns = 0;
    await startSelfMonitor({
      host: 'me',
      address: '127.0.0.1',
      port: 70_000,
      intervalMs: 1000,
      own: () => {
        throw new Error('no figures');
      },
      signal: abort.signal,
      machine: FAKE,
      wait: async () => {
        turns += 1;
        if (turns === 2) abort.abort();
      },
      onFault: (fault) => faults.push(fault.message),
    });
    expect(turns).toBe(2);
    expect(faults.filter((fault) => fault === 'no figures')).toHaveLength(2);
    expect(faults.filter((fault) => fault.includes('Port'))).toHaveLength(2);
  });
});

test('what was not measured is not sent', () => {
  const readings = [
    gauges({ plugin: 'a', type: 'gauge' }, Number.NaN),
    gauges({ plugin: 'b', type: 'gauge' }, 1),
  ];
  const seen = encodeReadings(readings, { host: 'h', intervalMs: 1000 }, 1000).map(transcribe);
  expect(seen.flatMap((s) => s.values.map((v) => v.plugin))).toEqual(['b']);
});

test('this very machine has figures, all of them of known types', async () => {
  const { types } = parseTypesDb(
    readFileSync(new URL('../../src/wire/collectd/types.db', import.meta.url), 'utf8'),
  );
  const readings = await readMachine(LOCAL_MACHINE);
  const names = readings.map((r) => `${r.plugin}/${r.type}`);
  expect(names).toEqual(expect.arrayContaining(['memory/memory', 'uptime/uptime', 'df/df_complex']));
  for (const reading of readings) {
    expect(types.get(reading.type)?.map((source) => source.kind)).toEqual(reading.kinds);
  }
});

test('a machine without /proc still has memory and uptime', async () => {
  const bare: MachineSource = { readText: () => Promise.reject(new Error('ENOENT')), space: FAKE.space };
  const names = (await readMachine(bare)).map((r) => `${r.plugin}/${r.type}`);
  expect(names).toEqual(expect.arrayContaining(['memory/memory', 'uptime/uptime', 'df/df_complex']));
});
