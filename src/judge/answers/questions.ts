import type { ChecksView, ServiceDetail } from '../../contract/api.ts';
import type { AlertAnswers, AlertQuestion } from '../../model/alert-question.ts';
import type { CheckRules } from '../../contract/checks.ts';
import type { CheckNowOutcome, CheckResult, ResultOutcome } from '../../model/check-result.ts';
import type { ServiceChange } from './preview.ts';
import type { ServiceKey } from '../../model/service-state.ts';

/** What other threads ask of the judge between its turns. */
export type JudgeQuestion =
  | AlertQuestion
  /** Results to be taken at once, in their order. */
  | { readonly kind: 'results'; readonly results: readonly CheckResult[] }
  | { readonly kind: 'check-now'; readonly service: ServiceKey }
  | { readonly kind: 'detail'; readonly service: ServiceKey }
  | { readonly kind: 'figures' }
  /** What would these rules add and remove? Changes nothing. */
  | { readonly kind: 'preview'; readonly rules: CheckRules };

export interface JudgeAnswers extends AlertAnswers {
  readonly results: readonly ResultOutcome[];
  readonly 'check-now': CheckNowOutcome;
  readonly detail: ServiceDetail | null;
  readonly figures: ChecksView;
  readonly preview: readonly ServiceChange[];
}
