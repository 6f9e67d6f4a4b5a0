import { cureOf } from '../contract/reasons.ts';
import { checkedResult } from '../model/checked-result.ts';
import { subjectOf } from '../model/door-books.ts';
import { identityOf } from './audit.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { CheckResult } from '../model/check-result.ts';
import type { FastifyRequest } from 'fastify';
import type { Identity } from '../contract/access.ts';
import type { Refusal } from '../model/door-books.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { Checks } from './ports.ts';

/** What became of one result. */
export type Reported =
  | { readonly ok: true; readonly key: ServiceKey }
  /** `about`: host and service, as far as they could be read. */
  | { readonly ok: false; readonly reason: string; readonly about: string };

/** Nobody in particular, where nobody signs in: then it is told from where. */
export function reporterOf(request: FastifyRequest, identity: Identity = identityOf(request)): string {
  return identity.kind === 'open' ? request.ip : identity.name;
}

/**
 * Brings results to the judge, those that could be read; the others are counted. What became of each, in
 * their order. Throws the error to answer with where the judge does not answer.
 */
export async function reportResults(
  checks: Pick<Checks, 'report' | 'refused'>,
  given: readonly (CheckResult | Refusal)[],
): Promise<readonly Reported[]> {
  const checked = given.map(checkedOrRefused);
  const results = checked.filter(isResult);
  const outcomes = results.length === 0 ? [] : await judgeAnswer(checks.report(results));
  let next = 0;
  return checked.map((one): Reported => {
    if (isRefusal(one)) {
      checks.refused(one);
      return { ok: false, reason: one.reason, about: one.about };
    }
    const outcome = outcomes[next];
    next += 1;
    if (!outcome) throw new Error('the judge said nothing of a result');
    return outcome.ok ? outcome : { ok: false, reason: outcome.refusal, about: subjectOf(one) };
  });
}

/** A refusal in words, with what mends it. */
export function refusalWords({ reason, about }: Reported & { ok: false }): string {
  return `${about === '' ? '' : `${about}: `}${reason} (${cureOf(reason)})`;
}

function checkedOrRefused(one: CheckResult | Refusal): CheckResult | Refusal {
  if (isRefusal(one)) return one;
  const checked = checkedResult(one);
  if (typeof checked !== 'string') return checked;
  const { door, from } = one;
  return { door, reason: checked, from, about: subjectOf(one).slice(0, ABOUT_CHARS) };
}

function isResult(one: CheckResult | Refusal): one is CheckResult {
  return !isRefusal(one);
}

function isRefusal(one: CheckResult | Refusal): one is Refusal {
  return 'reason' in one;
}

const ABOUT_CHARS = 200;
