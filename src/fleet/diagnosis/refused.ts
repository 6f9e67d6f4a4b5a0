import { addressesLine, CLOCK_LINES, registerLines } from './mend.ts';
import { isAsked, LATELY_MS, SKEW_MAX_MS } from './finding.ts';
import { lastOf, refusedWords, standing } from './refusals.ts';
import { instancesAt, isOfOneThatLeft, isUnheard } from './scene.ts';
import { ago, listed, shown, skewWords } from './words.ts';
import type { Explained, Finding, FindingWords, Wanted } from './finding.ts';
import type { Instance } from '../instance.ts';
import type { RefusedRow } from './refusals.ts';
import type { Scene } from './scene.ts';
import type { SourceRow } from '../../model/source-query.ts';

/** Where senders of a group are counted that found no place of their own. */
const OTHERS = '*';

export function senderWords({ address }: Pick<SourceRow, 'address'>): string {
  return address === OTHERS ? 'several senders' : shown(address);
}

/** The instance of this group that sends from there, if it is one alone. */
export function instanceOf(scene: Scene, row: SourceRow): Instance | undefined {
  const [only, ...others] = instancesAt(scene, row.address).filter(({ cluster }) => cluster === row.group);
  return others.length === 0 ? only : undefined;
}

/** Signed or encrypted by nobody the group knows. */
export function wrongKeys(scene: Scene, wanted: Wanted, explained: Explained): Finding[] {
  return scene.senders.flatMap((row) => {
    const refused = standing(row, 'key', scene.nowMs);
    const instance = instanceOf(scene, row);
    // Its key ended when it left: that is told for itself.
    if (refused.every(isUnknownUser) && isOfOneThatLeft(scene, row)) return [];
    if (refused.length > 0 && instance) explained.add(instance);
    const host = instance?.host ?? '';
    if (refused.length === 0 || !isAsked(wanted, row.group, host)) return [];
    const tell = () => wrongKey(scene, row, refused);
    return [about(row, { kind: 'wrong-key', weight: 'critical', host, lastMs: lastOf(refused), tell })];
  });
}

function isUnknownUser({ reason }: RefusedRow): boolean {
  return reason.replaceAll('_', '-') === 'unknown-user';
}

function wrongKey(scene: Scene, row: SourceRow, refused: readonly RefusedRow[]): FindingWords {
  const instance = instanceOf(scene, row);
  const who = instance ? `${shown(instance.host)} (${shown(row.address)})` : senderWords(row);
  const when = ago(lastOf(refused), scene.nowMs);
  const reasons = new Set(refused.map(({ reason }) => reason.replaceAll('_', '-')));
  return {
    what: `${who} sends to ${shown(row.group)} without a key that holds: ${refusedWords(refused)} refused, the last ${when}`,
    causes: [
      ...(reasons.has('unknown-user')
        ? ['its Username is that of another instance or group, or of one that left']
        : []),
      ...(reasons.has('bad-signature') || reasons.has('bad-checksum')
        ? ['its Password is an old one, or of another server']
        : []),
      ...(reasons.has('unsigned') || reasons.has('unencrypted')
        ? [`its SecurityLevel is below that of the group`]
        : []),
      ...(reasons.has('no-auth-file')
        ? ['the group has no auth_file, and the sender has not registered']
        : []),
      'its collectd.conf comes from an image, and was not written at this boot',
    ],
    mend: {
      where: `${instance ? `on ${shown(instance.host)}` : `at ${senderWords(row)}`}: it registers, and gets a key of its own`,
      lines: registerLines(scene, row.group, row.protocols),
    },
  };
}

/** Writes as a host that it is not. Of an instance that is heard as nobody, its silence is told instead. */
export function notTheirHosts(scene: Scene, wanted: Wanted, explained: Explained): Finding[] {
  return scene.senders.flatMap((row) => {
    const refused = standing(row, 'host', scene.nowMs);
    const instance = instanceOf(scene, row);
    const host = instance?.host ?? '';
    if (instance && !explained.has(instance) && isUnheard(scene, instance)) return [];
    if (refused.length === 0 || !isAsked(wanted, row.group, host)) return [];
    const tell = () => notItsHost(scene, row, refused);
    return [about(row, { kind: 'not-its-host', weight: 'warning', host, lastMs: lastOf(refused), tell })];
  });
}

/** In words: who, as whom it is refused, and what mends it. */
export function notItsHost(scene: Scene, row: SourceRow, refused: readonly RefusedRow[]): FindingWords {
  const host = instanceOf(scene, row)?.host;
  const may = host === undefined ? 'which is registered for none' : `which is registered for ${shown(host)}`;
  const group = scene.groups.get(row.group);
  const isSpoof = refused[0]?.reason === 'spoof-denied';
  const allowed = group?.config.trust.spoof;
  return {
    what: `${senderWords(row)}, ${may}, writes to ${shown(row.group)} as another host: ${refusedWords(refused)} refused, the last ${ago(lastOf(refused), scene.nowMs)}`,
    causes: [
      ...(isSpoof ? ['gmetric -S names another host, and the group lets nobody'] : []),
      'its agent has the Hostname, or the key, of the image it was made from',
      'it forwards what others send: a proxy, a gmond that relays',
      'its address is another one than when it registered',
    ],
    mend: isSpoof
      ? {
          where: `in muster.yaml, group ${shown(row.group)}, if it may speak for others; then reload (SIGHUP)`,
          lines: [addressesLine('spoof', typeof allowed === 'object' ? allowed : [], row.address)],
        }
      : {
          where: `on ${host === undefined ? senderWords(row) : shown(host)}: it registers as what it is`,
          lines: registerLines(scene, row.group, row.protocols),
        },
  };
}

/** Clocks that are off, by what senders say, and by what of them is refused. */
export function wrongClocks(scene: Scene, wanted: Wanted, explained: Explained): Finding[] {
  const told = new Set<string>();
  const ofSenders = scene.senders.flatMap((row) => {
    const refused = standing(row, 'time', scene.nowMs);
    const isOff = isLate(scene, row.last_seen_ms) && Math.abs(row.clock_skew_ms ?? 0) > SKEW_MAX_MS;
    // Of many behind one address each has a clock of its own: their hosts tell.
    if (refused.length === 0 && (!isOff || row.hosts_total > 1)) return [];
    const instance = instanceOf(scene, row);
    if (refused.length > 0 && instance) explained.add(instance);
    for (const host of row.hosts) told.add(`${row.group}\0${host}`);
    const host = instance?.host ?? (row.hosts_total === 1 ? (row.hosts[0] ?? '') : '');
    if (!isAsked(wanted, row.group, host)) return [];
    const weight = refused.length > 0 ? 'critical' : 'warning';
    const lastMs = Math.max(lastOf(refused), isOff ? row.last_seen_ms : 0);
    const tell = () => clockWords(scene, { who: nameOf(row, host), skewMs: row.clock_skew_ms, refused });
    return [about(row, { kind: 'clock-skew', weight, host, lastMs, tell })];
  });
  return [...ofSenders, ...hostClocks(scene, wanted, told)];
}

/** Behind an address that speaks for many, each host has its own clock. */
function hostClocks(scene: Scene, wanted: Wanted, told: ReadonlySet<string>): Finding[] {
  const found: Finding[] = [];
  for (const [key, { cluster, name, address, lastSeenMs, skewMs }] of scene.hosts) {
    if (!(Math.abs(skewMs) > SKEW_MAX_MS) || !isLate(scene, lastSeenMs) || told.has(key)) continue;
    if (!isAsked(wanted, cluster, name)) continue;
    const who = `${shown(name)} (${shown(address)})`;
    const tell = () => clockWords(scene, { who, skewMs, refused: [] });
    const row = { group: cluster, address };
    found.push(about(row, { kind: 'clock-skew', weight: 'warning', host: name, lastMs: lastSeenMs, tell }));
  }
  return found;
}

function clockWords(
  scene: Scene,
  said: { readonly who: string; readonly skewMs: number | null; readonly refused: readonly RefusedRow[] },
): FindingWords {
  const { who, skewMs, refused } = said;
  const isKnown = skewMs !== null && Math.abs(skewMs) > SKEW_MAX_MS;
  const clock = isKnown ? `its clock is ${skewWords(skewMs)}` : 'its samples have times that are not now';
  const lost =
    refused.length === 0
      ? ''
      : `; ${refusedWords(refused)} refused for that, the last ${ago(lastOf(refused), scene.nowMs)}`;
  return {
    what: `${who}: ${clock}${lost}`,
    causes: [
      'no time service runs there, or UDP 123 does not get out',
      'the machine was suspended, or restored from a snapshot',
      ...(isKnown ? [] : ['it sends what it had kept: a queue, a file that is read again']),
    ],
    mend: { where: `on ${who}`, lines: [...CLOCK_LINES] },
  };
}

/** Whom the group's `allow` turns away. */
export function turnedAway(scene: Scene, wanted: Wanted, explained: Explained): Finding[] {
  return scene.senders.flatMap((row) => {
    const refused = standing(row, 'allow', scene.nowMs);
    const instance = instanceOf(scene, row);
    if (refused.length > 0 && instance) explained.add(instance);
    const host = instance?.host ?? '';
    if (refused.length === 0 || !isAsked(wanted, row.group, host)) return [];
    const weight = instance ? 'critical' : 'notice';
    const tell = () => turnedAwayWords(scene, row, refused);
    return [about(row, { kind: 'unknown-sender', weight, host, lastMs: lastOf(refused), tell })];
  });
}

function turnedAwayWords(scene: Scene, row: SourceRow, refused: readonly RefusedRow[]): FindingWords {
  const host = instanceOf(scene, row)?.host;
  const who = host === undefined ? senderWords(row) : `${shown(host)} (${shown(row.address)})`;
  const isRegistered = host === undefined ? '' : ', although it is registered there';
  const allow = scene.groups.get(row.group)?.config.trust.allow ?? [];
  return {
    what: `The allow of ${shown(row.group)} turns ${who} away${isRegistered}: ${refusedWords(refused)}, the last ${ago(lastOf(refused), scene.nowMs)}`,
    causes: [
      'a new subnet that the allow does not have yet',
      'it sends to the wrong group, or by another interface than it used to',
      'a stranger: then the allow does what it is for',
    ],
    mend: {
      where: `in muster.yaml, group ${shown(row.group)}, if it may send; then reload (SIGHUP)`,
      lines: [addressesLine('allow', allow, row.address)],
    },
  };
}

/** What else of an instance's datagrams is refused: the reason that its host never shows. */
export function refusedOf(rows: readonly SourceRow[], nowMs: number): RefusedRow[] {
  return rows.flatMap((row) => standing(row, 'other', nowMs)).filter(({ reason }) => !isOurFault(reason));
}

/** A loss of ours, which leaves no host unseen for long. */
function isOurFault(reason: string): boolean {
  return ['ring-full', 'shutdown', 'socket-error'].includes(reason.replaceAll('_', '-'));
}

function nameOf(row: SourceRow, host: string): string {
  if (host !== '') return `${shown(host)} (${shown(row.address)})`;
  return row.hosts_total > 1
    ? `${senderWords(row)}, which speaks for ${listed(row.hosts, row.hosts_total)}`
    : senderWords(row);
}

function isLate({ nowMs }: Scene, ms: number): boolean {
  return nowMs - ms < LATELY_MS;
}

function about(
  { group, address }: Pick<SourceRow, 'group' | 'address'>,
  found: Omit<Finding, 'groups' | 'address' | 'sinceMs'>,
): Finding {
  return { groups: [group], address: address === OTHERS ? '' : address, sinceMs: 0, ...found };
}
