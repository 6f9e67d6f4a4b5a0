import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { RECEIVE_BUFFER_BYTES } from '../src/limits.ts';
import { freeTcpPort, freeUdpPort, Program } from '../test/e2e/server.ts';
import { bound } from './process-load.ts';

/**
 * As much receive buffer as Muster is granted; gmond ends where it gets less than it asks for. collectd
 * cannot ask.
 */
function grantedBufferBytes(): number {
  return Math.min(RECEIVE_BUFFER_BYTES, Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8')));
}

/** A server that Muster takes the place of, receiving. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** Series it holds: proof that it did take what it was sent. */
  series(): Promise<number>;
  /** It goes on with other work when it has received everything. */
  readonly restless?: boolean;
}

/** How a collectd server's senders protect what they send, and the file that names them. */
export interface CollectdSecurity {
  readonly level: 'Sign' | 'Encrypt';
  readonly authFile: string;
}

/** Debian's collectd as a server that keeps the latest values and writes nothing. */
export async function startCollectd(dir: string, security?: CollectdSecurity): Promise<Peer> {
  const port = await freeUdpPort();
  const socket = join(dir, 'collectd.sock');
  const file = join(dir, 'collectd.conf');
  writeFileSync(
    file,
    `Hostname "server.example.net"
FQDNLookup false
BaseDir "${dir}"
PIDFile "${dir}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 10
LoadPlugin network
LoadPlugin unixsock
<Plugin network>
  <Listen "127.0.0.1" "${port}">
    ${security === undefined ? '' : `SecurityLevel "${security.level}"\n    AuthFile "${security.authFile}"`}
  </Listen>
</Plugin>
<Plugin unixsock>
  SocketFile "${socket}"
  DeleteSocket true
</Plugin>
`,
  );
  return peer(new Program('collectd', ['-f', '-C', file]), port, async () => {
    const answer = await conversation({ path: socket }, 'LISTVAL\n', /^(\d+) Values? found/);
    return Number(answer);
  });
}

/** Debian's gmond as a collector: it hears, keeps the latest values, and sends nothing. */
export async function startGmond(dir: string): Promise<Peer> {
  const [port, xml] = [await freeUdpPort(), await freeTcpPort()];
  const file = join(dir, 'gmond-server.conf');
  writeFileSync(
    file,
    `globals { daemonize = no setuid = no debug_level = 0 deaf = no mute = yes host_dmax = 0 }
cluster { name = "bench" }
udp_recv_channel { bind = 127.0.0.1 port = ${port} buffer = ${grantedBufferBytes()} }
tcp_accept_channel { bind = 127.0.0.1 port = ${xml} }
`,
  );
  return peer(new Program('/usr/sbin/gmond', ['-f', '-c', file]), port, async () => {
    const dump = await conversation({ port: xml, host: '127.0.0.1' }, '', /^([\s\S]*<\/GANGLIA_XML>)/);
    return dump.match(/<METRIC /g)?.length ?? 0;
  });
}

/** Debian's influxd 1.6 with its own input for collectd, which stores what it takes. */
export async function startInflux(dir: string): Promise<Peer> {
  const [port, http, control] = [await freeUdpPort(), await freeTcpPort(), await freeTcpPort()];
  const file = join(dir, 'influxdb.conf');
  writeFileSync(
    file,
    `reporting-enabled = false
bind-address = "127.0.0.1:${control}"
[meta]
  dir = "${dir}/influx/meta"
[data]
  dir = "${dir}/influx/data"
  wal-dir = "${dir}/influx/wal"
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
[monitor]
  store-enabled = false
[[collectd]]
  enabled = true
  bind-address = "127.0.0.1:${port}"
  database = "collectd"
  typesdb = "/usr/share/collectd/types.db"
  read-buffer = ${grantedBufferBytes()}
`,
  );
  const influxd = await peer(new Program('/usr/bin/influxd', ['run', '-config', file]), port, async () => {
    const query = new URLSearchParams({ db: 'collectd', q: 'SHOW SERIES CARDINALITY' });
    const answer = await fetch(`http://127.0.0.1:${http}/query?${query.toString()}`);
    return Number(/\[\[(\d+)\]\]/.exec(await answer.text())?.[1] ?? 0);
  });
  return { ...influxd, restless: true };
}

async function peer(program: Program, port: number, series: () => Promise<number>): Promise<Peer> {
  const { pid } = program.child;
  try {
    await Promise.race([bound(port), failure(program)]);
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
  if (pid === undefined) throw new Error('no process');
  return { pid, port, series, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

/** Rejects when the program ends, with what it said. */
async function failure(program: Program): Promise<never> {
  const { code, out, err } = await program.ended;
  throw new Error(`ended with ${code}: ${err}${out}`);
}

/** Says `question` and listens until the answer matches; its first group. */
async function conversation(
  to: { path: string } | { port: number; host: string },
  question: string,
  wanted: RegExp,
): Promise<string> {
  const socket = connect(to);
  await once(socket, 'connect');
  socket.setEncoding('latin1');
  if (question !== '') socket.write(question);
  let heard = '';
  for await (const piece of socket) {
    heard += String(piece);
    const found = question === '' ? undefined : wanted.exec(heard)?.[1];
    if (found !== undefined) return found;
  }
  return wanted.exec(heard)?.[1] ?? '';
}
