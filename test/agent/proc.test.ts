import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSpace, realMounts } from '../../src/agent/filesystem.ts';
import {
  readCpus,
  readDisks,
  readInterfaces,
  readLoad,
  readMemory,
  readOwnMemory,
  readUptime,
} from '../../src/agent/proc.ts';
import type { Reading } from '../../src/agent/reading.ts';

/** `plugin-instance/type-instance` and the values. */
function lines(readings: readonly Reading[]): string[] {
  const dash = (name: string, instance: string) => (instance === '' ? name : `${name}-${instance}`);
  return readings.map(
    (r) => `${dash(r.plugin, r.pluginInstance)}/${dash(r.type, r.typeInstance)} ${r.values.join(' ')}`,
  );
}

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
  eth0: 18446744073709551615 10029    1    2    0     0          0         0  814 30029    3    4    0     0       0          0
br-x.1:77       0       0    0    0     0          0         0        0       0    0    0    0     0       0          0
`;

const MEMINFO = `MemTotal:       1000 kB
MemFree:        100 kB
MemAvailable:   900 kB
Buffers:        10 kB
Cached:         200 kB
SwapCached:     1 kB
SwapTotal:      50 kB
SwapFree:       40 kB
SReclaimable:   30 kB
SUnreclaim:     5 kB
HugePages_Total: 0
`;

const DISKSTATS = `   7       0 loop0 5 0 6 0 0 0 0 0 0 0 0
 254       0 vda 8000 20 16000 30 900 40 1800 50 0 60 70 0 0 0 0 0 0
 254       1 vda1 0 0 0 0 0 0 0 0 0 0 0
`;

const STAT = `cpu  30 2 3 4 5 6 7 8 0 0
cpu0 10 0 1 2 3 4 5 6 0 0
cpu11 20 2 2 2 2 2 2
intr 1 2 3
`;

describe('/proc', () => {
  test.for([
    {
      name: 'loadavg',
      seen: () => readLoad('0.02 0.27 1.30 1/96 15019\n'),
      want: ['load/load 0.02 0.27 1.3'],
    },
    { name: 'uptime', seen: () => readUptime('2179.52 3893.90\n'), want: ['uptime/uptime 2179'] },
    {
      name: 'statm',
      seen: () => readOwnMemory('765 437 409 5 0 123 0\n', 4096),
      want: ['processes-muster/ps_vm 3133440', 'processes-muster/ps_rss 1789952'],
    },
    {
      name: 'meminfo',
      seen: () => readMemory(MEMINFO),
      want: [
        `memory/memory-used ${655 * 1024}`,
        `memory/memory-free ${100 * 1024}`,
        `memory/memory-buffered ${10 * 1024}`,
        `memory/memory-cached ${200 * 1024}`,
        `memory/memory-slab_recl ${30 * 1024}`,
        `memory/memory-slab_unrecl ${5 * 1024}`,
        `swap/swap-used ${9 * 1024}`,
        `swap/swap-free ${40 * 1024}`,
        'swap/swap-cached 1024',
      ],
    },
    {
      name: 'net/dev',
      seen: () => readInterfaces(NET_DEV),
      want: [
        'interface-eth0/if_octets 18446744073709551615 814',
        'interface-eth0/if_packets 10029 30029',
        'interface-eth0/if_errors 1 3',
        'interface-eth0/if_dropped 2 4',
        'interface-br-x.1/if_octets 77 0',
        'interface-br-x.1/if_packets 0 0',
        'interface-br-x.1/if_errors 0 0',
        'interface-br-x.1/if_dropped 0 0',
      ],
    },
    {
      name: 'diskstats',
      seen: () => readDisks(DISKSTATS),
      want: ['disk-vda/disk_ops 8000 900', `disk-vda/disk_octets ${16000 * 512} ${1800 * 512}`],
    },
    {
      name: 'stat',
      seen: () => readCpus(STAT),
      want: [
        'cpu-0/cpu-user 10',
        'cpu-0/cpu-nice 0',
        'cpu-0/cpu-system 1',
        'cpu-0/cpu-idle 2',
        'cpu-0/cpu-wait 3',
        'cpu-0/cpu-interrupt 4',
        'cpu-0/cpu-softirq 5',
        'cpu-0/cpu-steal 6',
        'cpu-11/cpu-user 20',
        'cpu-11/cpu-nice 2',
        'cpu-11/cpu-system 2',
        'cpu-11/cpu-idle 2',
        'cpu-11/cpu-wait 2',
        'cpu-11/cpu-interrupt 2',
        'cpu-11/cpu-softirq 2',
      ],
    },
  ])('$name', ({ seen, want }) => {
    expect(lines(seen())).toEqual(want);
  });

  test('counters are derives, levels gauges', () => {
    expect(readCpus(STAT).every((r) => r.kinds.every((kind) => kind === 2))).toBe(true);
    expect(readInterfaces(NET_DEV)[0]?.kinds).toEqual([2, 2]);
    expect(readMemory(MEMINFO).every((r) => r.kinds.every((kind) => kind === 1))).toBe(true);
  });

  test('there is a bound on processors', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `cpu${i} 1 1 1 1 1 1 1 1`).join('\n');
    expect(readCpus(many)).toHaveLength(256 * 8);
  });

  test('any text gives readings or none, never an exception', () => {
    const parsers = [readCpus, readDisks, readInterfaces, readLoad, readMemory, readUptime];
    const text = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc.stringMatching(/^((cpu|eth|vda|Mem)?[0-9]{0,25}[ :\n.-]){0,40}$/),
    );
    fc.assert(
      fc.property(text, (any) => {
        for (const parse of parsers) parse(any);
        readOwnMemory(any, 4096);
        realMounts(any);
      }),
    );
  });
});

describe('file systems', () => {
  test.for([
    { name: 'none listed', text: '', want: ['/'] },
    {
      name: 'only real devices',
      text: 'proc /proc proc rw 0 0\n/dev/vda1 / ext4 rw 0 0\n/dev/vdb /data xfs rw 0 0\n',
      want: ['/', '/data'],
    },
    { name: 'a device once', text: '/dev/vda1 / ext4 rw 0 0\n/dev/vda1 /home ext4 rw 0 0\n', want: ['/'] },
    {
      name: 'root of a container',
      text: 'overlay / overlay rw 0 0\n/dev/vda1 /etc/hosts ext4 rw 0 0\n',
      want: ['/'],
    },
    { name: 'a blank in the name', text: '/dev/vdb /my\\040data xfs rw 0 0\n', want: ['/', '/my data'] },
    { name: 'images', text: '/dev/loop0 /snap/core squashfs ro 0 0\n', want: ['/'] },
  ])('$name', ({ text, want }) => {
    expect(realMounts(text)).toEqual(want);
  });

  test.for([
    { mount: '/', name: 'df-root' },
    { mount: '/var/lib', name: 'df-var-lib' },
  ])('space of $mount', ({ mount, name }) => {
    expect(lines(readSpace(mount, { bsize: 4096, blocks: 100, bfree: 40, bavail: 35 }))).toEqual([
      `${name}/df_complex-free ${35 * 4096}`,
      `${name}/df_complex-reserved ${5 * 4096}`,
      `${name}/df_complex-used ${60 * 4096}`,
    ]);
  });

  test('a file system without blocks is none', () => {
    expect(readSpace('/sys', { bsize: 4096, blocks: 0, bfree: 0, bavail: 0 })).toEqual([]);
  });
});
