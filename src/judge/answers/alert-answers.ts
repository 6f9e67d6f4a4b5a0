import type { AlertAnswers, AlertQuestion } from '../../model/alert-question.ts';
import type { DutyQuestion } from './on-call.ts';
import type { QuietQuestion } from './quiet-answers.ts';

/** What is not of downtimes, silences, acknowledgements, receivers and rotas. */
type OtherQuestion = Exclude<AlertQuestion, QuietQuestion | DutyQuestion | { readonly kind: 'receivers' }>;

/** What is asked of alerts, kind by kind. */
export function answerAlert(question: OtherQuestion): AlertAnswers[OtherQuestion['kind']] {
  switch (question.kind) {
    case 'incidents':
      return [];
    case 'explain':
      return null;
  }
}
