import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { ListenAddress, NscaConfig, PassiveConfig } from '../contract/config.ts';
import { hasMode, unreadable } from './files.ts';
import { isLoopback } from './listeners.ts';
import type { MusterSection } from './keys.ts';
import { fileFault } from './reading.ts';
import type { Reading } from './reading.ts';

/** The doors of passive results: what does not go together, or not with the machine. */

const NSCA_PORT = 5667;
const METHODS = [0, 1, 2, 3, 14] as const;
const READABLE_BY_ALL = 0o004;

type PassiveSection = MusterSection['values']['passive'];
type NscaSection = NonNullable<PassiveSection['values']['nsca']>;

/** `dataDir` is made at a start. */
export function passiveOf(
  { values, offsets, offset }: PassiveSection,
  { reading, dataDir }: { readonly reading: Reading; readonly dataDir: string },
): PassiveConfig {
  const pipe = values.command_file;
  if (pipe !== null && dirname(pipe) !== dataDir) {
    reportPipe(pipe, offsets.get('command_file') ?? offset, reading);
  }
  return {
    nsca: values.nsca === null ? null : nscaOf(values.nsca, reading),
    commandFile: pipe,
  };
}

/** What stands there must be a named pipe; where nothing does, one can be made. */
function reportPipe(path: string, at: number, reading: Reading): void {
  const quoted = reading.quote(path, at);
  const directory = directoryFault(dirname(path));
  if (directory !== undefined) {
    reading.fault(at, `the directory of ${quoted} ${directory}`, {
      expected: 'a path in a directory that is there: make it, writable by the user of the server',
    });
    return;
  }
  const found = lookAt(path);
  if (found?.isFIFO() === true) return;
  if (found !== undefined) {
    const kind = found.isDirectory() ? 'a directory' : found.isSymbolicLink() ? 'a link' : 'another file';
    reading.fault(at, `${quoted} is ${kind} and no named pipe`, {
      expected: 'a path where nothing is, so that the pipe is made there: move away what is in its place',
    });
  } else if (!isWritable(dirname(path))) {
    reading.warn(at, `the pipe ${quoted} cannot be made by this user: its directory may not be written to`);
  }
}

function directoryFault(directory: string): string | undefined {
  try {
    return statSync(directory).isDirectory() ? undefined : 'is not a directory';
  } catch (error) {
    return fileFault(error);
  }
}

/** Undefined: nothing is there, or what is cannot be seen. */
function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function nscaOf(nsca: NscaSection, reading: Reading): NscaConfig {
  const { values, offsets, offset } = nsca;
  const listen: readonly ListenAddress[] = values.listen?.map(({ value }) => value) ?? [
    { address: '127.0.0.1', port: NSCA_PORT },
  ];
  const method = METHODS.find((known) => known === values.method);
  const at = offsets.get('method') ?? offset;
  if (method === undefined) {
    reading.fault(at, `method ${values.method} is not supported`, {
      expected: 'send_nsca’s encryption_method 0 (none), 1 (XOR), 2 (DES), 3 (3DES) or 14 (Rijndael-128)',
    });
  }
  reportPassword(nsca, reading);
  const proves = method !== undefined && method > 1 && values.password_file !== null;
  if (!proves && values.allow.length === 0 && listen.some(({ address }) => !isLoopback(address))) {
    reading.fault(offsets.get('listen') ?? offset, 'anybody who reaches this port could report any result', {
      expected: 'allow: with the senders’ addresses, or method 2, 3 or 14 with a password_file',
    });
  }
  return {
    listen,
    method: method ?? 1,
    passwordFile: values.password_file,
    allow: values.allow.map(({ value }) => value),
    maxPacketAgeMs: values.max_packet_age,
  };
}

function reportPassword({ values, offsets, offset }: NscaSection, reading: Reading): void {
  const { password_file: file, method } = values;
  if (file === null) {
    if (method !== 2 && method !== 3 && method !== 14) return;
    reading.fault(offsets.get('method') ?? offset, `method ${method} needs a password_file`, {
      expected: 'password_file: with the password of send_nsca.cfg in its first line',
    });
    return;
  }
  const at = offsets.get('password_file') ?? offset;
  const fault = unreadable(file);
  if (fault !== undefined) {
    reading.fault(at, `${reading.quote(file, at)} ${fault}`, { expected: 'a file with the password' });
  } else if (hasMode(file, READABLE_BY_ALL)) {
    reading.warn(at, `${reading.quote(file, at)} may be read by other users: chmod 600 it`);
  }
}
