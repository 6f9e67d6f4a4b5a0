import type { AlertAnswers, AlertQuestion } from '../../model/alert-question.ts';

/** What is asked of alerts, kind by kind. */
export function answerAlert(question: AlertQuestion): AlertAnswers[AlertQuestion['kind']] {
  switch (question.kind) {
    case 'incidents':
    case 'quiets':
    case 'unacknowledge':
    case 'receivers':
      return [];
    case 'explain':
    case 'end-quiet':
      return null;
    case 'cover':
      return { count: 0, hosts: 0, services: [] };
    case 'quieten':
    case 'acknowledge':
    case 'override':
      return { ok: false, full: false, fault: 'not yet' };
    case 'on-call':
      return { rotas: [], escalations: [] };
    case 'drop-override':
      return false;
  }
}
