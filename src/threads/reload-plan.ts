import { definitionNews, periodNews } from '../config/definition-changes.ts';
import { describeDifference, differenceOf, reloadRefusals } from '../config/difference.ts';
import { definitionWords } from './definition-words.ts';
import type { ConfigDifference, Loaded } from '../config/difference.ts';
import type { DefinitionChange } from '../contract/api.ts';
import type { DefinitionNews } from '../config/definition-changes.ts';
import type { ReloadOutcome } from '../http/ports.ts';
import type { ServiceChange } from '../judge/answers/preview.ts';
import type { JudgeQuestions } from './judge-questions.ts';

/** What a reload has to do, found out before anything is done. */
export interface ReloadPlan {
  readonly difference: ConfigDifference;
  /** Why it cannot be done while the server runs; none if it can. */
  readonly refusals: readonly string[];
  readonly changes: readonly string[];
  /** Definitions that are other, and those whose services come or go, as far as the judge says. */
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
  const changes = describeDifference(difference);
  if (!difference.checksChanged || refusals.length > 0) {
    return { difference, refusals, changes, definitions: [] };
  }
  const asked = await judge.ask({ kind: 'preview', rules: next.checks });
  const news = definitionNews(old.checks, next.checks);
  const counts = asked.ok ? new Map(asked.answer.map((one) => [one.definition, one])) : null;
  changes.push(...periodNews(old.checks, next.checks), ...definitionWords(news, counts));
  return { difference, refusals, changes, definitions: changesOf(news, counts) };
}

const NO_SERVICES = { added: 0, removed: 0, kept: 0, added_names: [], removed_names: [] };

/** Those that are new or gone without a service are told of in words only. */
function changesOf(
  news: ReadonlyMap<string, DefinitionNews>,
  counts: ReadonlyMap<string, ServiceChange> | null,
): DefinitionChange[] {
  const names = new Set([...(counts?.keys() ?? []), ...news.keys()]);
  return [...names].flatMap((definition) => {
    const count = counts?.get(definition) ?? NO_SERVICES;
    const one = news.get(definition);
    const changed = one?.kind === 'changed' ? [...one.keys] : [];
    const isOther = changed.length > 0 || count.added + count.removed > 0;
    return isOther ? [{ ...count, definition, changed }] : [];
  });
}

/** What a plan comes to for whoever only wanted to know. */
export function previewOf({ refusals, changes, definitions }: ReloadPlan): ReloadOutcome {
  return refusals.length > 0 ? { ok: false, errors: refusals } : { ok: true, changes, definitions };
}
