import { SELF_MONITOR_DEVICES_MAX } from '../limits.ts';
import { gauges } from './reading.ts';
import type { Reading } from './reading.ts';

/** What statfs(2) says, in blocks of `bsize` bytes. */
export interface FileSystemSpace {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/**
 * Mount points worth reporting, from /proc/mounts: the root, and each block device where it is first
 * mounted. The files that a container engine mounts into /etc are of a device, but not file systems of
 * their own.
 */
export function realMounts(text: string): string[] {
  const devices = new Set<string>();
  const mounts = new Set<string>(['/']);
  for (const line of text.split('\n')) {
    const [device, escaped] = line.split(' ');
    if (device === undefined || escaped === undefined) continue;
    const point = unescape(escaped);
    if (point === '/') devices.add(device);
    if (!/^\/dev\/(?!loop|ram|fuse)/.test(device) || devices.has(device) || point.startsWith('/etc/'))
      continue;
    if (mounts.size >= SELF_MONITOR_DEVICES_MAX) break;
    devices.add(device);
    mounts.add(point);
  }
  return [...mounts];
}

/** `df-<mount>/df_complex-free`, `reserved` (for the superuser) and `used`, bytes. */
export function readSpace(mountPoint: string, space: FileSystemSpace): Reading[] {
  const { bsize, blocks, bfree, bavail } = space;
  if (!(blocks > 0)) return [];
  const states = { free: bavail, reserved: Math.max(0, bfree - bavail), used: blocks - bfree };
  const pluginInstance = mountPoint === '/' ? 'root' : mountPoint.slice(1).replaceAll('/', '-');
  return Object.entries(states).map(([typeInstance, count]) =>
    gauges({ plugin: 'df', pluginInstance, type: 'df_complex', typeInstance }, count * bsize),
  );
}

/** proc(5): blanks, tabs, line ends and backslashes of a name stand as three octal digits. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
