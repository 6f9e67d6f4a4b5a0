import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { formatAddress } from '../../config/listeners.ts';
import { RECEIVE_BUFFER_BYTES } from '../../limits.ts';
import type { ListenAddress, MusterConfig } from '../../contract/config.ts';

/** What stands in a server's way on this machine, seen while none runs, and what mends it. */
export interface Obstacle {
  readonly what: string;
  readonly lines: readonly string[];
}

/** Where the kernel says how large a receive buffer may be. */
export const RMEM_MAX = '/proc/sys/net/core/rmem_max';

/** Binds every port for a moment, and looks at data_dir and the kernel. Changes nothing. */
export async function obstacles(config: MusterConfig, rmemMax = RMEM_MAX): Promise<readonly Obstacle[]> {
  const wanted = portsOf(config);
  const ports: Obstacle[] = [];
  // One by one: two of the configuration's own must not stand in each other's way.
  for (const port of wanted) ports.push(...(await portObstacle(port)));
  return [...ports, ...directoryObstacles(config.dataDir), ...bufferObstacles(rmemMax)];
}

interface Port {
  readonly transport: 'udp' | 'tcp';
  readonly listen: ListenAddress;
  readonly of: string;
}

function portsOf({ groups, http, passive }: MusterConfig): readonly Port[] {
  const nsca = passive.nsca?.listen ?? [];
  return [
    { transport: 'tcp', listen: http.listen, of: 'http.listen' } as const,
    ...groups.flatMap(({ name, listen, graphite }) => [
      ...listen.map((one) => ({ transport: 'udp', listen: one, of: `group ${name}` }) as const),
      ...graphite.listen.map(
        (one) => ({ transport: 'tcp', listen: one, of: `graphite of ${name}` }) as const,
      ),
    ]),
    ...nsca.map((one) => ({ transport: 'tcp', listen: one, of: 'passive.nsca' }) as const),
  ];
}

async function portObstacle({ transport, listen, of }: Port): Promise<readonly Obstacle[]> {
  if (listen.port === 0) return [];
  const code = transport === 'udp' ? await bindUdp(listen) : await bindTcp(listen);
  if (code === undefined) return [];
  const where = `${transport} ${formatAddress(listen)} (${of})`;
  const look = `sudo ss -lnp${transport === 'udp' ? 'u' : 't'} 'sport = :${listen.port}'`;
  switch (code) {
    case 'EADDRINUSE':
      return [{ what: `${where} is taken by another program`, lines: [look] }];
    case 'EADDRNOTAVAIL':
      return [{ what: `${where}: this machine has no such address`, lines: ['ip -brief address'] }];
    case 'EACCES':
      return [{ what: `${where}: ports below 1024 are not this user's`, lines: ['id -un'] }];
    default:
      return [{ what: `${where} cannot be opened: ${code}`, lines: [look] }];
  }
}

/** Undefined: it is free. */
async function bindUdp({ address, port }: ListenAddress): Promise<string | undefined> {
  const isSix = address.includes(':');
  const socket = createSocket({ type: isSix ? 'udp6' : 'udp4', ipv6Only: isSix });
  try {
    const bound = once(socket, 'listening');
    socket.bind({ address, port, exclusive: true });
    await bound;
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    socket.close();
  }
}

async function bindTcp({ address, port }: ListenAddress): Promise<string | undefined> {
  const server = createServer();
  try {
    const bound = once(server, 'listening');
    server.listen({ host: address, port, exclusive: true });
    await bound;
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    server.close();
  }
}

const FREE_MIN = 0.05;

function directoryObstacles(dataDir: string): readonly Obstacle[] {
  // It is made at the first start, below what is there.
  let there = dataDir;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    if (!statSync(there).isDirectory())
      return [{ what: `${there} is no directory`, lines: [`ls -ld '${there}'`] }];
    accessSync(there, constants.W_OK | constants.X_OK);
    const { bavail, blocks } = statfsSync(there);
    const free = blocks === 0 ? 1 : bavail / blocks;
    if (free >= FREE_MIN) return [];
    return [
      {
        what: `the disk of data_dir ${dataDir} is ${Math.round((1 - free) * 100)} % full`,
        lines: [`df -h '${there}'`],
      },
    ];
  } catch (error) {
    return [
      {
        what: `data_dir ${dataDir} cannot be written: ${codeOf(error)} at ${there}`,
        lines: [`ls -ld '${there}'`],
      },
    ];
  }
}

/** Not everywhere is a kernel that says so. */
function bufferObstacles(file: string): readonly Obstacle[] {
  let bytes = Number.NaN;
  try {
    bytes = Number(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
  if (!(bytes < RECEIVE_BUFFER_BYTES)) return [];
  const [has, wants] = [bytes, RECEIVE_BUFFER_BYTES].map((one) => Math.round(one / 1024));
  return [
    {
      what: `the kernel gives a socket ${has} KiB of receive buffer, ${wants} KiB are asked for: a burst may be lost`,
      lines: [
        `echo 'net.core.rmem_max = ${RECEIVE_BUFFER_BYTES}' | sudo tee /etc/sysctl.d/60-muster.conf`,
        'sudo sysctl --system',
      ],
    },
  ];
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
