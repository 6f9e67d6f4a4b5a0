import { FINDING_WEIGHTS, FINDINGS } from '../../contract/instances.ts';
import { FINDINGS_MAX, FINDINGS_PER_KIND_MAX } from '../../limits.ts';
import { heardThoughLeft, neverHeard } from './instances.ts';
import { listFindings } from './lists.ts';
import { duplicateNames } from './names.ts';
import { notTheirHosts, turnedAway, wrongClocks, wrongKeys } from './refused.ts';
import { neverRegistered, unknownSenders } from './strangers.ts';
import { wrongPorts } from './wrong-port.ts';
import type { DiagnosisAnswer, FindingKind, FindingView } from '../../contract/instances.ts';
import type { Finding, Wanted } from './finding.ts';
import type { Instance } from '../instance.ts';
import type { Scene } from './scene.ts';

/** Of findings of the same weight those that somebody has to decide, or that hide an instance, come first. */
const ORDER: readonly FindingKind[] = [
  'list-held',
  'never-heard',
  'wrong-key',
  'wrong-port',
  'unknown-sender',
  'clock-skew',
  'list-fails',
  'duplicate-name',
  'not-its-host',
  'heard-though-left',
  'never-registered',
];

export interface DiagnosisWish extends Wanted {
  /** Findings that the answer holds at most. */
  readonly limit?: number | undefined;
}

/**
 * Who talks to the server, and what is amiss with it: the gravest first, at most some of each kind. Pure; one
 * walk over senders, hosts and instances.
 */
export function diagnose(scene: Scene, { limit = FINDINGS_MAX, ...wanted }: DiagnosisWish): DiagnosisAnswer {
  const found = findingsOf(scene, wanted).filter((one) => isWanted(one, wanted));
  const byKind = Map.groupBy(found, ({ kind }) => kind);
  const chosen = [...byKind.values()].flatMap((some) =>
    some.toSorted(compare).slice(0, FINDINGS_PER_KIND_MAX),
  );
  const told = chosen.toSorted(compare).slice(0, Math.min(limit, FINDINGS_MAX));
  const kinds = FINDINGS.filter((kind) => byKind.has(kind)).map((kind) => {
    const all = byKind.get(kind) ?? [];
    return { kind, count: all.length, critical: all.filter(({ weight }) => weight === 'critical').length };
  });
  return { findings: told.map(viewOf), left_out: found.length - told.length, kinds };
}

/** What explains an instance's silence is looked for before that silence is told of. */
function findingsOf(scene: Scene, wanted: Wanted): Finding[] {
  const explained = new Set<Instance>();
  return [
    ...turnedAway(scene, wanted, explained),
    ...wrongKeys(scene, wanted, explained),
    ...wrongClocks(scene, wanted, explained),
    ...wrongPorts(scene, wanted, explained),
    ...notTheirHosts(scene, wanted, explained),
    ...unknownSenders(scene, wanted),
    ...neverHeard(scene, wanted, explained),
    ...neverRegistered(scene, wanted, explained),
    ...heardThoughLeft(scene, wanted),
    ...duplicateNames(scene, wanted),
    ...listFindings(scene, wanted),
  ];
}

/** A list without groups speaks for all of them. */
function isWanted({ kind, groups, host }: Finding, wanted: Wanted): boolean {
  if (wanted.kind !== undefined && wanted.kind !== kind) return false;
  if (wanted.host !== undefined && wanted.host !== host) return false;
  return wanted.group === undefined || groups.length === 0 || groups.includes(wanted.group);
}

function compare(a: Finding, b: Finding): number {
  return (
    FINDING_WEIGHTS.indexOf(a.weight) - FINDING_WEIGHTS.indexOf(b.weight) ||
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    b.lastMs - a.lastMs ||
    (a.host < b.host ? -1 : a.host > b.host ? 1 : 0)
  );
}

function viewOf(finding: Finding): FindingView {
  const { kind, weight, groups, group = groups[0] ?? '', host, address, sinceMs, lastMs } = finding;
  const { what, causes, mend } = finding.tell();
  return { kind, weight, group, host, address, what, causes, mend, since_ms: sinceMs, last_ms: lastMs };
}
