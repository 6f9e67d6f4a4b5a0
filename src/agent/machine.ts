import { readFile, statfs } from 'node:fs/promises';
import { freemem, loadavg, platform, totalmem, uptime } from 'node:os';
import { readSpace, realMounts } from './filesystem.ts';
import {
  readCpus,
  readDisks,
  readInterfaces,
  readLoad,
  readMemory,
  readOwnMemory,
  readUptime,
} from './proc.ts';
import { gauges } from './reading.ts';
import type { FileSystemSpace } from './filesystem.ts';
import type { Reading } from './reading.ts';

/** Linux on every processor Node runs on, bar the 64 KiB kernels of some ARM machines. */
const PAGE_BYTES = 4096;

/** Where the machine's figures come from. Either call may reject: what it was for is then left out. */
export interface MachineSource {
  readText(path: string): Promise<string>;
  space(mountPoint: string): Promise<FileSystemSpace>;
}

export const LOCAL_MACHINE: MachineSource = {
  readText: (path) => readFile(path, 'utf8'),
  space: (mountPoint) => statfs(mountPoint),
};

/** Everything there is to say about this machine now. Never rejects. */
export async function readMachine(source: MachineSource): Promise<Reading[]> {
  const files: readonly (readonly [string, (text: string) => Reading[]])[] = [
    ['/proc/loadavg', readLoad],
    ['/proc/stat', readCpus],
    ['/proc/meminfo', readMemory],
    ['/proc/net/dev', readInterfaces],
    ['/proc/diskstats', readDisks],
    ['/proc/uptime', readUptime],
    ['/proc/self/statm', (text) => readOwnMemory(text, PAGE_BYTES)],
  ];
  const readings = await Promise.all(
    files.map(([path, parse]) => orNothing(source.readText(path).then(parse))),
  );
  const found = readings.flat();
  return [...(found.length > 0 ? found : readOs()), ...(await readFileSystems(source))];
}

async function readFileSystems(source: MachineSource): Promise<Reading[]> {
  const mounts = await orNothing(source.readText('/proc/mounts').then(realMounts));
  const points = mounts.length > 0 ? mounts : ['/'];
  const readings: Reading[] = [];
  for (const point of points) {
    readings.push(...(await orNothing(source.space(point).then((space) => readSpace(point, space)))));
  }
  return readings;
}

/** Without /proc: what Node's `os` knows. */
function readOs(): Reading[] {
  const memory = { plugin: 'memory', type: 'memory' };
  const readings = [
    gauges({ ...memory, typeInstance: 'used' }, totalmem() - freemem()),
    gauges({ ...memory, typeInstance: 'free' }, freemem()),
    gauges({ plugin: 'uptime', type: 'uptime' }, Math.floor(uptime())),
  ];
  return platform() === 'win32'
    ? readings
    : [gauges({ plugin: 'load', type: 'load' }, ...loadavg()), ...readings];
}

async function orNothing<T>(items: Promise<T[]>): Promise<T[]> {
  try {
    return await items;
  } catch {
    return []; // A file that is missing here, or a mount point gone meanwhile.
  }
}
