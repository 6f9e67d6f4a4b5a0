import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';

const SOCKET_FILE = 'control.sock';
/** Of a unix socket's address, without the NUL at its end (unix(7)). */
const ADDRESS_BYTES_MAX = 107;

/** The address of data_dir's control socket, for as long as it is not disposed. */
export interface ControlPath extends Disposable {
  readonly address: string;
}

/**
 * Where the socket of a data_dir is. A path too long for an address is reached over the directory's
 * descriptor, which is the same place in every process. Throws what open says where the directory is missing.
 */
export function controlPath(dataDir: string): ControlPath {
  const path = join(dataDir, SOCKET_FILE);
  if (Buffer.byteLength(path) <= ADDRESS_BYTES_MAX)
    return { address: path, [Symbol.dispose]: () => undefined };
  const fd = openSync(dataDir, constants.O_RDONLY | constants.O_DIRECTORY);
  return { address: `/proc/self/fd/${fd}/${SOCKET_FILE}`, [Symbol.dispose]: () => closeSync(fd) };
}
