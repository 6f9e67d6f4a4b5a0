import { formatDuration } from '../../format/duration.ts';
import type { EscalationView } from '../../../../src/contract/alert-views.ts';

/** Who is told, step by step, as long as nobody acknowledges. */
export function EscalationCard({ escalation }: { readonly escalation: EscalationView }) {
  return (
    <section className="card escalation" aria-label={`Escalation ${escalation.name}`}>
      <h2 className="detail-title">
        <bdi>{escalation.name}</bdi>
      </h2>
      <ol className="steps">
        {escalation.steps.map((step, i) => (
          <li key={`${step.after_ms} ${i}`}>
            <span className="mono sub">
              {step.after_ms === 0 ? 'at once' : `after ${formatDuration(step.after_ms)}`}
            </span>
            <span>
              <bdi>{step.notify.join(', ')}</bdi>
              {isOther(step) && (
                <span className="sub">
                  {' · '}
                  {step.now.length === 0 ? 'nobody now' : `now ${step.now.join(', ')}`}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Whom it comes to is not what it says: a rota among them. */
function isOther({ notify, now }: EscalationView['steps'][number]): boolean {
  return notify.join('\n') !== now.join('\n');
}
