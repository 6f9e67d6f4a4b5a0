import { describeDifference, differenceOf, reloadRefusals } from '../config/difference.ts';
import type { ConfigDifference, Loaded } from '../config/difference.ts';
import type { DefinitionChange } from '../contract/api.ts';
import type { ReloadOutcome } from '../http/ports.ts';
import type { JudgeQuestions } from './judge-questions.ts';

/** In words, for logs; an answer of the API has all of them. */
const DEFINITIONS_TOLD_MAX = 20;

/** What a reload has to do, found out before anything is done. */
export interface ReloadPlan {
  readonly difference: ConfigDifference;
  /** Why it cannot be done while the server runs; none if it can. */
  readonly refusals: readonly string[];
  readonly changes: readonly string[];
  /** Definitions whose services come or go, as far as the judge says. */
  readonly definitions: readonly DefinitionChange[];
}

export interface PlanOptions {
  readonly old: Loaded;
  readonly next: Loaded;
  readonly judge: Pick<JudgeQuestions, 'ask'>;
  /** Why no group may be removed now, in words. */
  readonly standstill: () => readonly string[];
}

export async function planReload({ old, next, judge, standstill }: PlanOptions): Promise<ReloadPlan> {
  const difference = differenceOf(old, next);
  const refusals = reloadRefusals(difference);
  if (difference.groupsRemoved.length > 0) refusals.push(...standstill());
  const counted = difference.checksChanged && refusals.length === 0;
  const asked = counted ? await judge.ask({ kind: 'preview', rules: next.checks }) : undefined;
  const definitions = asked?.ok ? asked.answer.filter(({ added, removed }) => added + removed > 0) : [];
  const changes = [...describeDifference(difference), ...inWords(definitions)];
  return { difference, refusals, changes, definitions };
}

/** `disk: 12 services come, 3 go` */
function inWords(definitions: readonly DefinitionChange[]): string[] {
  const told = definitions.slice(0, DEFINITIONS_TOLD_MAX).map(({ definition, added, removed }) => {
    const come = added > 0 ? [`${added} services come`] : [];
    const go = removed > 0 ? [`${removed} ${added > 0 ? 'go' : 'services go'}`] : [];
    return `${definition}: ${[...come, ...go].join(', ')}`;
  });
  const more = definitions.length - told.length;
  return more > 0 ? [...told, `services of ${more} more definitions come or go`] : told;
}

/** What a plan comes to for whoever only wanted to know. */
export function previewOf({ refusals, changes, definitions }: ReloadPlan): ReloadOutcome {
  return refusals.length > 0 ? { ok: false, errors: refusals } : { ok: true, changes, definitions };
}
