import { IconCircle, IconCircleCheck, IconClock, IconHandStop } from '@tabler/icons-react';
import { stepLabel, verdictLabel } from '../../fleet/explain.ts';
import { formatInstant } from '../../format/number.ts';
import { Said } from '../../ui/said.tsx';
import type { Verdict } from '../../fleet/explain.ts';
import type { ExplainRoute, ExplainStep } from '../../../../src/contract/alert-views.ts';

/** From datagram to receipt: what passed, what waits, and what stopped it. */
export function ExplainChain({ steps }: { readonly steps: readonly ExplainStep[] }) {
  return (
    <ol className="chain" aria-label="From datagram to receipt">
      {steps.map((step, i) => (
        <li key={`${step.step} ${i}`} data-verdict={step.verdict}>
          <VerdictIcon verdict={step.verdict} />
          <div className="chain-body">
            <p className="row chain-head">
              <b>{stepLabel(step.step)}</b>
              <span className="sub">{verdictLabel(step.verdict)}</span>
              {step.at_ms !== null && (
                <time className="mono sub push nowrap" title={formatInstant(step.at_ms)}>
                  {clocks.format(step.at_ms)}
                </time>
              )}
            </p>
            <p>
              <Said text={step.text} />
            </p>
            {step.where !== '' && (
              <p className="sub mono chain-where">
                <bdi>{step.where}</bdi>
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

const clocks = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function VerdictIcon({ verdict }: { readonly verdict: Verdict }) {
  switch (verdict) {
    case 'passed':
      return <IconCircleCheck size={18} aria-hidden="true" className="ink-ok chain-mark" />;
    case 'waiting':
      return <IconClock size={18} aria-hidden="true" className="ink-warning chain-mark" />;
    case 'stopped':
      return <IconHandStop size={18} aria-hidden="true" className="ink-critical chain-mark" />;
    case 'none':
      return <IconCircle size={18} aria-hidden="true" className="dim chain-mark" />;
  }
}

/** Every route, and why it takes the service or does not. */
export function ExplainRoutes({ routes }: { readonly routes: readonly ExplainRoute[] }) {
  if (routes.length === 0) return <p className="sub">No route is configured: nobody is told of anything.</p>;
  return (
    <ul className="explain-routes">
      {routes.map((route, i) => (
        <li key={`${route.name} ${i}`} data-matched={route.matched || undefined}>
          <p className="row chain-head">
            {route.matched ? (
              <IconCircleCheck size={16} aria-hidden="true" className="ink-ok" />
            ) : (
              <IconCircle size={16} aria-hidden="true" className="dim" />
            )}
            <b>
              <bdi>{route.name}</bdi>
            </b>
            <span className="sub">{route.matched ? 'takes it' : 'does not take it'}</span>
          </p>
          <p className="sub">
            <bdi>{routeWords(route)}</bdi>
          </p>
          {route.where !== '' && (
            <p className="sub mono chain-where">
              <bdi>{route.where}</bdi>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function routeWords({ matched, why, receiver, targets }: ExplainRoute): string {
  if (!matched) return why;
  const whom =
    targets.length === 0 || (targets.length === 1 && targets[0] === receiver)
      ? receiver
      : `${receiver}, now ${targets.join(', ')}`;
  return why === '' ? `to ${whom}` : `${why} · to ${whom}`;
}
