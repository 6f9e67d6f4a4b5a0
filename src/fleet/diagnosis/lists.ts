import { durationWords } from '../../model/duration.ts';
import { ago, counted, listed, pasted, shown } from './words.ts';
import type { Finding, FindingWords, Wanted } from './finding.ts';
import type { ReconcilerView } from '../../contract/instances.ts';
import type { Scene } from './scene.ts';

/** Lists of instances that wait for somebody, or cannot be read. They are about no host. */
export function listFindings(scene: Scene, { host }: Wanted): Finding[] {
  if (host !== undefined) return [];
  return scene.lists.flatMap((list) => [...held(scene, list), ...fails(scene, list)]);
}

function held({ nowMs }: Scene, list: ReconcilerView): Finding[] {
  const { held: waits, read_ms: lastMs, groups } = list;
  if (waits === null) return [];
  const inGroups = waits.groups.map(({ group }) => group);
  const concerned = inGroups.length > 0 ? inGroups : groups;
  const about = { groups: concerned, group: toldIn(concerned), host: '', address: '' };
  const tell = () => heldWords(list, waits, nowMs);
  return [{ kind: 'list-held', weight: 'critical', ...about, sinceMs: waits.since_ms, lastMs, tell }];
}

function heldWords(
  { name }: ReconcilerView,
  waits: NonNullable<ReconcilerView['held']>,
  nowMs: number,
): FindingWords {
  const parts = waits.groups.map(({ group, gone, of }) => `${gone} of ${of} in ${shown(group)}`);
  return {
    what: `The list ${shown(name)} has lost ${counted(waits.gone, 'instance')} at once (${listed(parts)}) and has been held for ${durationWords(nowMs - waits.since_ms)}: none of them is retired until somebody confirms it`,
    causes: [
      'its source answered in part: a region, an account or a page is missing',
      'a filter or a tag of the query has changed',
      'a large scale-in: then confirm it',
    ],
    mend: {
      where: 'on this server, if they are really gone; the page has a button for it',
      lines: [`script/muster reconciler confirm ${pasted(name, 'NAME')}`],
    },
  };
}

function fails({ nowMs }: Scene, list: ReconcilerView): Finding[] {
  const { fault, groups, read_ms: readMs, tried_ms: triedMs } = list;
  if (fault === '') return [];
  const isRead = readMs > 0 && readMs >= triedMs;
  const tell = () => (isRead ? partWords(list) : failWords(list, nowMs));
  const about = { groups, group: toldIn(groups), host: '', address: '', sinceMs: readMs, lastMs: triedMs };
  return [{ kind: 'list-fails', weight: isRead ? 'notice' : 'warning', ...about, tell }];
}

function failWords({ name, source, fault, read_ms: readMs, instances }: ReconcilerView, nowMs: number) {
  const last =
    readMs === 0
      ? 'it was never read'
      : `it was read last ${ago(readMs, nowMs)}, with ${instances} instances; what it said then holds, and nobody is retired`;
  return {
    what: `The list ${shown(name)} cannot be read: ${shown(fault)}; ${last}`,
    causes: isAddress(source)
      ? [
          'its server is down, or does not answer in time',
          'the token of token_file has expired',
          'it answers with something else than a list: a page to sign in, an error',
        ]
      : [
          "the file is not there, or not readable by the server's user",
          'whatever writes it has stopped half-way: write a new file, then rename it',
        ],
    mend: { where: 'on this server, as its user, to see what it sees', lines: readLines(source) },
  } satisfies FindingWords;
}

/** It was read, and part of it was passed over. */
function partWords({ name, fault, source }: ReconcilerView): FindingWords {
  return {
    what: `Part of the list ${shown(name)} was passed over: ${shown(fault.replace(/^passed over: /u, ''))}`,
    causes: [
      'whatever writes it has written bad items, of which the first of each sort is quoted: without group, name or id, or with those that may not be used',
      'two items of it are one instance, or have one host name',
    ],
    mend: { where: 'on this server, to see what it sees', lines: readLines(source) },
  };
}

/** A list of several groups is told of in none of them alone. */
function toldIn(groups: readonly string[]): string {
  return groups.length === 1 ? (groups[0] ?? '') : '';
}

function isAddress(source: string): boolean {
  return /^https?:/u.test(source);
}

function readLines(source: string): string[] {
  if (/['\p{C}]/u.test(source)) return [];
  return isAddress(source)
    ? [`curl -sS -i -m 10 '${source}' | head -30`]
    : [`ls -l '${source}'`, `python3 -m json.tool '${source}' | head -30`];
}
