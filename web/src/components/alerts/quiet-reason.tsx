import { useQuery } from '@tanstack/react-query';
import { alertQueries } from '../../live/alert-queries.ts';
import { FactRow } from '../../ui/fact-row.tsx';
import type { ServiceNames } from '../../fleet/link.ts';

/** Who keeps a service quiet, why and until when, as the chain to its page tells it. */
export function QuietReason({ service }: { readonly service: ServiceNames }) {
  const { data } = useQuery(alertQueries.explain(service));
  const held = data?.steps.find(({ step, verdict }) => step === 'hold' && verdict !== 'passed');
  if (!held) return null;
  return <FactRow label="By whom, and why" text={held.text} />;
}
