import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { configure, freeTcpPort, freeUdpPort, ROOT, run, scratch, Server } from '../test/e2e/server.ts';
import { cpuSeconds } from './process-load.ts';
import { quantile, Report, table } from './report.ts';

/**
 * A thousand instances that boot within moments, or with `--count N` another number: each registers with the
 * token of its group, and is answered when fleet.db has it on its disk. Some are under way at any time.
 */

const AT_ONCE = 100;
const count = Number(process.argv[process.argv.indexOf('--count') + 1]) || 1000;

interface Run {
  readonly name: string;
  readonly path: 'register' | 'deregister';
  readonly keepAlive: boolean;
  /** What tells the instances of this run from those of others, in their ids and in their names. */
  readonly ids: string;
  readonly names: string;
}

const RUNS: readonly Run[] = [
  { name: 'new, a connection each', path: 'register', keepAlive: false, ids: 'a', names: 'a' },
  { name: 'new, connections kept', path: 'register', keepAlive: true, ids: 'b', names: 'b' },
  { name: 'again after a reboot', path: 'register', keepAlive: false, ids: 'a', names: 'a' },
  { name: 'with the names of others', path: 'register', keepAlive: false, ids: 'c', names: 'a' },
  { name: 'leaving', path: 'deregister', keepAlive: false, ids: 'c', names: 'a' },
];

/** One call; answers how long it took, ms. Rejects where it was not taken. */
function call(
  port: number,
  { path, ids, names }: Run,
  i: number,
  how: { token: string; agent: Agent },
): Promise<number> {
  const tags = { Name: `web ${i}`, role: 'web', 'aws:autoscaling:groupName': 'web' };
  const said =
    path === 'register' ? { zone: 'eu-central-1a', region: 'eu-central-1', tags } : { reason: 'scale-in' };
  const body = JSON.stringify({ group: 'web', host: `${names}-${i}`, instance_id: `i-${ids}${i}`, ...said });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${how.token}`,
  };
  const beginMs = performance.now();
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: `/api/v1/${path}`,
      headers,
      agent: how.agent,
    };
    const asked = request(options, (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - beginMs);
        else reject(new Error(`${path}: ${answer.statusCode}`));
      });
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** Answers how long each took, ms, with so many under way at any time. */
async function all(port: number, one: Run, token: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: one.keepAlive, maxSockets: AT_ONCE });
  const took: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      took.push(await call(port, one, next, { token, agent }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  agent.destroy();
  return took;
}

const report = new Report('register');
using folder = scratch();
const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
const file = configure(
  folder.dir,
  `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
auth: { mode: users }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
`,
);
await using server = await Server.start(file, http);
const made = await run(join(ROOT, 'script/muster'), [
  'token',
  'create',
  '--role',
  'enrol',
  '--group',
  'web',
  '--config',
  file,
]);
const token = /muster_[a-z2-7]{8}_[\w-]{43}/u.exec(made.out)?.[0] ?? '';
if (token === '') throw new Error(`no token: ${made.err}${made.out}`);

const rows: string[][] = [];
for (const one of RUNS) {
  const pid = server.program.child.pid ?? 0;
  const [beginMs, beforeS] = [performance.now(), cpuSeconds(pid)];
  const took = await all(http, one, token);
  const wholeS = (performance.now() - beginMs) / 1000;
  const cpuMs = ((cpuSeconds(pid) - beforeS) / count) * 1000;
  const ms = (share: number) => quantile(took, share).toFixed(0);
  rows.push([one.name, wholeS.toFixed(2), ms(0.5), ms(0.99), cpuMs.toFixed(2)]);
}
report.print(
  table([`${count} instances, ${AT_ONCE} at once`, 'all, s', 'p50, ms', 'p99, ms', 'CPU ms each'], rows),
);
report.close();
