import { readdirSync, readFileSync } from 'node:fs';

/** Sends a signal to all processes of a group; to one that is gone, nothing. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  send(group, signal);
}

/**
 * Whether a process of the group still runs. Its number is not given again as long as one is there. Zombies
 * run no more: a container whose first process buries nobody keeps them for good.
 */
export function groupIsAlive(group: number): boolean {
  return send(group, 0) && !hasZombiesOnly(group);
}

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    // EPERM: there is one, of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** False where the system does not tell. */
function hasZombiesOnly(group: number): boolean {
  const states = readProcesses().flatMap((stat) => (stat.group === group ? [stat.state] : []));
  return states.length > 0 && states.every((state) => state === 'Z' || state === 'X');
}

interface ProcessStat {
  readonly state: string;
  readonly group: number;
}

/** proc(5), `/proc/pid/stat`: pid (name) state ppid pgrp …; a name may hold anything. */
function readProcesses(): ProcessStat[] {
  try {
    return readdirSync('/proc').flatMap((pid) => (/^\d+$/u.test(pid) ? readStat(pid) : []));
  } catch {
    return [];
  }
}

function readStat(pid: string): ProcessStat[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
    return [{ state, group: Number(group) }];
  } catch {
    // It is gone meanwhile.
    return [];
  }
}
