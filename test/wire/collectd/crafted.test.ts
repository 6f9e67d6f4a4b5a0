import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseTypesDb } from '../../../src/wire/collectd/types-db.ts';
import { vector, vectorText } from '../vector-files.ts';
import { doorScene } from '../../ingest/collectd/door-scene.ts';
import { transcribe, transcribeBehind } from './transcript.ts';
import type { SecurityLevel } from '../../../src/wire/collectd/door.ts';
import type { SeenValues } from './transcript.ts';

/** What a real collectd server did with each datagram, on the port of each security level. */
interface Case {
  case: string;
  port: string;
  file: string;
  /** [`csv/host/plugin[-pi]/type[-ti]`, lines of `time,value`]. */
  written: [string, string[]][];
  log: string[];
}

const { types } = parseTypesDb(
  readFileSync(new URL('../../../src/wire/collectd/types.db', import.meta.url), 'utf8'),
);
const ORACLE = JSON.parse(vectorText('collectd/crafted/oracle.json')) as Case[];
const PLAIN = ORACLE.filter((c) => c.port === 'None,noauth');

const dash = (name: string, instance: string) => (instance === '' ? name : `${name}-${instance}`);

function csvFile(list: SeenValues): string {
  return `csv/${list.host}/${dash(list.plugin, list.pluginInstance)}/${dash(list.type, list.typeInstance)}`;
}

/** As collectd's csv plugin prints a gauge; all of these cases are gauges. */
function csvLine(list: SeenValues): string {
  const values = list.words.map((word) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, word);
    return view.getFloat64(0).toFixed(6);
  });
  return [list.timeS.toFixed(3), ...values].join(',');
}

function linesOf(lists: SeenValues[]): string[] {
  return lists.map((list) => `${csvFile(list)} ${csvLine(list)}`).toSorted();
}

/** What the server's later stages refuse, after decoding: types.db and names that are no file. */
function survivesLaterStages(list: SeenValues): boolean {
  return types.get(list.type)?.length === list.kinds.length && !list.host.startsWith('.');
}

/** Where this decoder means to differ (docs/PROTOCOLS.md): how many value lists it reads. */
const DIFFERENT = new Map([
  ['number-len4', { values: 1, fault: 'number-length' }],
  ['number-len8-4byte', { values: 1, fault: 'number-length' }],
  ['over-1452', { values: 80, fault: undefined }],
]);

const LEVELS = new Map<string, SecurityLevel>([
  ['None+AuthFile', 'None'],
  ['Sign', 'Sign'],
  ['Encrypt', 'Encrypt'],
]);

/** collectd's words in its log, and ours. */
const WORDS = [
  [/Unsigned packet or part has been ignored/, 'unsigned'],
  [/Unencrypted packet or part has been ignored/, 'unencrypted'],
  [/Hash mismatch/, 'bad-signature'],
  [/Unknown user/, 'unknown-user'],
  [/HMAC-SHA-256 with invalid length/, 'signature-length'],
  [/Checksum mismatch/, 'bad-checksum'],
] as const;

describe('crafted datagrams against a real collectd server', () => {
  test.for(PLAIN.filter((c) => !DIFFERENT.has(c.case)))(
    '$case: the same values',
    ({ file, written, log }) => {
      const seen = transcribe(vector(`collectd/crafted/${file}`));
      const expected = written.flatMap(([name, lines]) => lines.map((line) => `${name} ${line}`)).toSorted();
      expect(linesOf(seen.values.filter(survivesLaterStages))).toEqual(expected);
      const heard = log.filter((line) => line.startsWith('Notification:'));
      expect(seen.notifications).toHaveLength(heard.length);
      const stopped = log.some((line) => /truncated packet|parse_part_|Decrypting/.test(line));
      expect(seen.fault !== undefined).toBe(stopped);
    },
  );

  test.for([...DIFFERENT].map(([name, want]) => ({ name, ...want })))(
    '$name: differs',
    ({ name, values, fault }) => {
      const file = ORACLE.find((c) => c.case === name)?.file;
      const seen = transcribe(vector(`collectd/crafted/${file}`));
      expect(seen.values).toHaveLength(values);
      expect(seen.fault).toBe(fault);
    },
  );

  test.for(ORACLE.filter((c) => c.port !== 'None,noauth'))(
    '$case ($port): the same values, for the same reason',
    ({ port, file, written, log }) => {
      const securityLevel = LEVELS.get(port) ?? 'None';
      const { door } = doorScene({ securityLevel }, vector('collectd/crafted/auth.txt'));
      const seen = transcribeBehind(door, vector(`collectd/crafted/${file}`));
      const expected = written.flatMap(([name, lines]) => lines.map((line) => `${name} ${line}`)).toSorted();
      expect(linesOf(seen.values)).toEqual(expected);
      const told = [...seen.skipped, ...(seen.fault === undefined ? [] : [seen.fault])];
      const reasons = WORDS.flatMap(([words, reason]) =>
        log.some((line) => words.test(line)) ? [reason] : [],
      );
      expect(told.filter((reason) => reason !== 'incomplete')).toEqual(reasons);
    },
  );
});
