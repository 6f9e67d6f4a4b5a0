import { explainService } from './explain.ts';
import { incidentViews } from './incidents-view.ts';
import { nagiosProblems } from './nagios-problems.ts';
import type { Turn } from '../turn.ts';
import type { AlertAnswers, AlertQuestion } from '../../model/alert-question.ts';
import type { DutyQuestion } from './on-call.ts';
import type { QuietQuestion } from './quiet-answers.ts';
import type { WatchTable } from '../watch-table.ts';

/** What is not of downtimes, silences, acknowledgements, receivers and rotas. */
type OtherQuestion = Exclude<AlertQuestion, QuietQuestion | DutyQuestion | { readonly kind: 'receivers' }>;

/** What is asked of alerts, kind by kind. */
export function answerAlert(
  question: OtherQuestion,
  { turn, table }: { readonly turn: Turn; readonly table: WatchTable },
): AlertAnswers[OtherQuestion['kind']] {
  switch (question.kind) {
    case 'incidents':
      return incidentViews(turn, nagiosProblems(table, turn));
    case 'explain': {
      const watch = turn.table.service(question.service);
      return watch ? explainService(watch, turn) : null;
    }
  }
}
