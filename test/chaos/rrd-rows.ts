import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { once } from 'node:events';
import { GROUPS } from './fleet.ts';
import type { FleetRecord } from './fleet.ts';

/** The finest rows of one record: by second and data source, NaN where unknown. */
export interface Rows {
  at(source: string, timeS: number): number;
}

/** A record's file below the store's directory. */
function fileOf({ protocol, host, name, type }: FleetRecord): string {
  return protocol === 'gmond'
    ? `${GROUPS.gmond}/${host}/${name}.rrd`
    : `${GROUPS.collectd}/${host}/chaos-${name}/${type}.rrd`;
}

/** Reads records' files as rrdtool tells them, all through one process. */
export async function readRows(
  dir: string,
  wanted: readonly { readonly record: FleetRecord; readonly fromS: number; readonly toS: number }[],
): Promise<Rows[]> {
  const rrdtool = spawn('rrdtool', ['-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  rrdtool.stdout.on('data', (data: Buffer) => (text += data.toString()));
  const commands = wanted.map(({ record, fromS, toS }) => {
    const { stepS } = record;
    const times = `-r ${stepS} -s ${fromS - stepS} -e ${toS}`;
    return `fetch ${join(dir, fileOf(record))} AVERAGE ${times}\n`;
  });
  rrdtool.stdin.end(commands.join(''));
  await once(rrdtool, 'close');
  const answers = text.split(/^(?:OK .*|ERROR: .*)$/m);
  return wanted.map((_, i) => parseRows(answers[i] ?? ''));
}

function parseRows(text: string): Rows {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const sources = lines[0]?.trim().split(/\s+/) ?? [];
  const rows = new Map<number, readonly number[]>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    rows.set(
      Number(line.slice(0, colon)),
      line
        .slice(colon + 2)
        .split(' ')
        .map(Number),
    );
  }
  return { at: (source, timeS) => rows.get(timeS)?.[sources.indexOf(source)] ?? Number.NaN };
}
