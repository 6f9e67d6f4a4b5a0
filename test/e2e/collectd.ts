import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, run } from './server.ts';

/** A `<Server>` block: to a port of this machine, plain unless a level is named. */
export interface CollectdServer {
  readonly port: number;
  readonly level?: 'Sign' | 'Encrypt';
  readonly user?: string;
  readonly password?: string;
}

/** A real collectd that measures this machine every second, writes what it measured to `dir`/csv, and sends it. */
export function startCollectd(dir: string, host: string, servers: readonly CollectdServer[]): Program {
  const file = join(dir, 'collectd.conf');
  writeFileSync(
    file,
    `Hostname "${host}"
FQDNLookup false
BaseDir "${dir}"
PIDFile "${dir}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
LoadPlugin load
LoadPlugin cpu
LoadPlugin memory
LoadPlugin interface
LoadPlugin df
LoadPlugin csv
<LoadPlugin network>
  FlushInterval 1
</LoadPlugin>
<Plugin csv>
  DataDir "${dir}/csv"
  StoreRates false
</Plugin>
<Plugin network>
${servers.map(serverBlock).join('')}</Plugin>
`,
  );
  return new Program('/usr/sbin/collectd', ['-f', '-C', file]);
}

function serverBlock({ port, level, user = '', password = '' }: CollectdServer): string {
  if (level === undefined) return `  Server "127.0.0.1" "${port}"\n`;
  return `  <Server "127.0.0.1" "${port}">
    SecurityLevel ${level}
    Username "${user}"
    Password "${password}"
  </Server>
`;
}

interface Row {
  readonly timeS: number;
  readonly values: readonly number[];
}

/** The csv plugin's rows by record. */
function groundTruth(dir: string, host: string): Map<string, Row[]> {
  const truth = new Map<string, Row[]>();
  const root = join(dir, 'csv', host);
  for (const plugin of readdirSync(root)) {
    for (const file of readdirSync(join(root, plugin))) {
      const type = file.replace(/-\d{4}-\d{2}-\d{2}$/, '');
      const rows = readFileSync(join(root, plugin, file), 'utf8')
        .trim()
        .split('\n')
        .slice(1);
      const parsed = rows.map((row) => row.split(',').map(Number));
      const points = parsed.map(([timeS = 0, ...values]) => ({ timeS, values }));
      truth.set(`${plugin}/${type}`, [...(truth.get(`${plugin}/${type}`) ?? []), ...points]);
    }
  }
  return truth;
}

/** `rrdtool lastupdate` of a record: the second and the raw values it was given last. */
async function lastUpdate(file: string): Promise<Row> {
  const { out } = await run('rrdtool', ['lastupdate', file]);
  const [time, values] = (out.trim().split('\n').at(-1) ?? '').split(': ');
  return { timeS: Number(time), values: (values ?? '').split(' ').map(Number) };
}

/**
 * Holds what a collectd in `dir` wrote itself against our files of the host: the values it wrote, its records,
 * and what is wrong in words.
 */
export async function compareWithCsv(
  dir: string,
  host: string,
  tree: string,
): Promise<{ values: number; records: number; wrong: string[] }> {
  const truth = groundTruth(dir, host);
  const wrong: string[] = [];
  let sent = 0;
  for (const [record, rows] of truth) {
    sent += rows.reduce((sum, { values }) => sum + values.length, 0);
    const rrd = join(tree, host, `${record}.rrd`);
    if (!existsSync(rrd)) {
      wrong.push(`${record}: no file`);
      continue;
    }
    const last = await lastUpdate(rrd);
    const expected = rows.find((row) => Math.round(row.timeS) === last.timeS);
    const same = expected?.values.every(
      (v, i) => Math.abs(v - (last.values[i] ?? Number.NaN)) <= 1e-6 * Math.abs(v) + 1e-6,
    );
    if (same !== true)
      wrong.push(`${record}: ${JSON.stringify(last)} is not ${JSON.stringify(expected ?? rows.at(-1))}`);
  }
  return { values: sent, records: truth.size, wrong };
}
