import type { ExplainStep, ExplainView } from '../../../src/contract/alert-views.ts';

type Step = ExplainStep['step'];
export type Verdict = ExplainStep['verdict'];

/** A link of the chain from datagram to receipt, as a heading. */
export function stepLabel(step: Step): string {
  switch (step) {
    case 'datagram':
      return 'Heard';
    case 'value':
      return 'Value';
    case 'check':
      return 'Checked';
    case 'state':
      return 'State';
    case 'hold':
      return 'Held back?';
    case 'route':
      return 'Route';
    case 'group':
      return 'Gathered';
    case 'page':
      return 'Page';
    case 'receipt':
      return 'Receipt';
  }
}

export function verdictLabel(verdict: Verdict): string {
  switch (verdict) {
    case 'passed':
      return 'passed';
    case 'waiting':
      return 'waits';
    case 'stopped':
      return 'stopped here';
    case 'none':
      return 'not reached';
  }
}

/** The question that the chain answers. */
export function explainQuestion({
  reason,
  notifications,
}: Pick<ExplainView, 'reason' | 'notifications'>): string {
  switch (reason) {
    case 'told':
      return 'Why was I paged?';
    case 'well':
      return 'Why is nobody paged?';
    default:
      return isTold(notifications) ? 'Why is nobody told now?' : 'Why was I not paged?';
  }
}

/** The last that arrived, of the newest first, was of a problem: a downtime or the like began after it. */
function isTold(notifications: ExplainView['notifications']): boolean {
  const last = notifications.find(({ outcome }) => outcome === 'delivered');
  return last !== undefined && last.kind !== 'recovery' && last.kind !== 'closed';
}
