import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useAct } from './action-context.tsx';
import { countServices } from './perform.ts';
import { useToast } from './toast.tsx';
import { useKeys } from '../keys.ts';
import { faultWords } from '../services/fault-words.ts';
import { actionLabel } from '../../fleet/action.ts';
import { QUIET_LINK } from '../../fleet/link.ts';
import { alertApi } from '../../live/alert-api.ts';
import { useSession } from '../../live/session.tsx';
import type { ActionKind } from '../../fleet/action.ts';
import type { ServiceNames } from '../../fleet/link.ts';
import type { ProblemList } from '../../fleet/problem.ts';

interface BarProps {
  readonly list: ProblemList;
  /** What is acted on, and what it is called. */
  readonly services: readonly ServiceNames[];
  readonly title: string;
  /** How many were picked by hand; 0: it is the one that is looked at. */
  readonly picked: number;
  /** On a phone there is no room for it while nothing is picked or looked at. */
  readonly idle: boolean;
  readonly onClear: () => void;
}

/**
 * What can be done with what is picked, or with the problem that is looked at; in a thumb's reach on a
 * phone.
 */
export function ActionBar({ list, services, title, picked, idle, onClear }: BarProps) {
  const act = useAct();
  const open = (kind: ActionKind) => {
    if (services.length > 0) act({ kind, title, services });
  };
  useKeys({
    a: () => open('acknowledge'),
    d: () => open('downtime'),
    s: () => open('silence'),
    Escape: onClear,
  });
  return (
    <div className="action-bar" role="group" aria-label="Actions" data-idle={idle || undefined}>
      {picked > 0 && (
        <button type="button" className="button button-bare picked-count" onClick={onClear}>
          {picked} selected
          <IconX size={16} aria-hidden="true" />
          <span className="hidden-text">Clear the selection</span>
        </button>
      )}
      {list === 'downtime' || list === 'silenced' ? (
        <Link href={QUIET_LINK} className="button">
          All downtimes and silences
        </Link>
      ) : (
        <>
          <ActButton kind="downtime" onClick={open} />
          <ActButton kind="silence" onClick={open} />
        </>
      )}
      {list === 'acknowledged' && <TakeBack services={services} />}
      {list === 'open' && (
        <button type="button" className="button button-main" title="a" onClick={() => open('acknowledge')}>
          Acknowledge
        </button>
      )}
    </div>
  );
}

function ActButton(props: { readonly kind: ActionKind; readonly onClick: (kind: ActionKind) => void }) {
  const { kind, onClick } = props;
  return (
    <button type="button" className="button" title={kind.slice(0, 1)} onClick={() => onClick(kind)}>
      {actionLabel(kind)}…
    </button>
  );
}

/** Takes acknowledgements back: they are open problems again, and people are reminded. */
export function TakeBack({ services }: { readonly services: readonly ServiceNames[] }) {
  const client = useQueryClient();
  const toast = useToast();
  const { may } = useSession();
  const taking = useMutation({
    mutationFn: () =>
      alertApi.unacknowledge({
        services: services.map(({ cluster, host, service }) => ({ cluster, host, service })),
      }),
    onSuccess: () => {
      toast({ words: `Open again: ${countServices(services.length)}.` });
      void client.invalidateQueries({ queryKey: ['services'] });
    },
    onError: (error) => toast({ words: faultWords(error, 'they are still acknowledged') }),
  });
  const allowed = may('operator');
  return (
    <button
      type="button"
      className="button"
      disabled={!allowed || taking.isPending || services.length === 0}
      title={allowed ? undefined : 'This takes the role operator'}
      onClick={() => taking.mutate()}
    >
      Take back
    </button>
  );
}
