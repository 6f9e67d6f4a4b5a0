import { FINDING_TITLES } from '../../../src/contract/findings.ts';
import { matchesWords } from './pattern.ts';
import type { MarkKind } from './state.ts';
import type {
  DiagnosisAnswer,
  FindingKind,
  FindingView,
  FindingWeight,
} from '../../../src/contract/instances.ts';

/** Findings of one kind; the gravest first. */
export interface FindingGroup {
  readonly kind: FindingKind;
  readonly title: string;
  readonly findings: readonly FindingView[];
  /** How many there are, those that the answer has no room for included. */
  readonly count: number;
}

/** Kinds in the order of their gravest finding, which is that of the answer. */
export function groupFindings(answer: DiagnosisAnswer, words: string): readonly FindingGroup[] {
  const wanted = words.trim();
  const shown = wanted === '' ? answer.findings : answer.findings.filter((one) => hasWords(one, wanted));
  return [...Map.groupBy(shown, ({ kind }) => kind)].map(([kind, findings]) => ({
    kind,
    title: FINDING_TITLES[kind],
    findings,
    count: wanted === '' ? countOf(answer, kind) : findings.length,
  }));
}

function countOf({ kinds }: DiagnosisAnswer, kind: FindingKind): number {
  return kinds.find((one) => one.kind === kind)?.count ?? 0;
}

function hasWords({ kind, group, host, address, what }: FindingView, words: string): boolean {
  return matchesWords(words, [FINDING_TITLES[kind], kind, group, host, address, what]);
}

export function criticalCount(answer: DiagnosisAnswer | undefined): number {
  return answer?.kinds.reduce((sum, { critical }) => sum + critical, 0) ?? 0;
}

/** A notice has a quiet shape: nothing is wrong. */
export function markOfWeight(weight: FindingWeight): MarkKind {
  switch (weight) {
    case 'critical':
      return 'critical';
    case 'warning':
      return 'warning';
    case 'notice':
      return 'pending';
  }
}

export function weightLabel(weight: FindingWeight): string {
  switch (weight) {
    case 'critical':
      return 'Critical';
    case 'warning':
      return 'Warning';
    case 'notice':
      return 'Notice';
  }
}

/** What tells one finding from the others of its kind: its words change with its age. */
export function findingKey({ kind, group, host, address, since_ms: sinceMs }: FindingView): string {
  return JSON.stringify([kind, group, host, address, sinceMs]);
}

/** Whether a page has anything to show of its host. */
export function hasHostPage({ kind, host, group }: FindingView): boolean {
  return host !== '' && group !== '' && kind !== 'never-heard' && kind !== 'wrong-port';
}
