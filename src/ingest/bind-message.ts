import type { Wanted } from './group-changes.ts';

/** Why a socket could not be bound, and what to do. */
export function bindMessage(error: NodeJS.ErrnoException, { group, transport, listen }: Wanted): string {
  const where = `${transport} ${listen.address} port ${listen.port} (group ${group})`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `${where} is in use by another program; stop it or give the group another port`;
    case 'EACCES':
      return `${where} may not be bound by this user; choose a port above 1023`;
    case 'EADDRNOTAVAIL':
      return `${where}: this machine has no such address`;
    default:
      return `${where} could not be bound: ${error.message}`;
  }
}
