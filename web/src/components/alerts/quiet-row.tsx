import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconBellOff, IconRepeat, IconTool } from '@tabler/icons-react';
import { useAct } from '../actions/action-context.tsx';
import { countServices } from '../actions/perform.ts';
import { useToast } from '../actions/toast.tsx';
import { faultWords } from '../services/fault-words.ts';
import { coverageWords, formOf, quietKindWords, quietListOf, quietTimeWords } from '../../fleet/quiet.ts';
import { formatInstant } from '../../format/number.ts';
import { alertApi } from '../../live/alert-api.ts';
import { useSession } from '../../live/session.tsx';
import type { QuietView } from '../../../../src/contract/alert-views.ts';

/** A downtime or a silence: what it covers, when, why and who; and what can be done about it. */
export function QuietRow({ quiet, nowMs }: { readonly quiet: QuietView; readonly nowMs: number }) {
  const over = quietListOf(quiet) === 'over';
  const Icon = quiet.kind === 'silence' ? IconBellOff : IconTool;
  const covers = coverageWords(quiet.covers);
  return (
    <li className="quiet-row" data-over={over || undefined}>
      <Icon size={16} aria-hidden="true" className="dim quiet-icon" />
      <div className="quiet-body">
        <p className="quiet-title">
          <bdi>{covers}</bdi>
        </p>
        <p>
          <bdi>{quiet.comment}</bdi>
        </p>
        <p className="sub">
          {quietKindWords(quiet)} by <bdi>{quiet.author || 'nobody named'}</bdi>
          {' · '}
          <time title={timesOf(quiet)}>{quietTimeWords(quiet, nowMs)}</time>
          {!over && ` · covers ${countServices(quiet.services)} now`}
        </p>
      </div>
      <div className="row quiet-actions">
        <Repeat quiet={quiet} />
        {!over && <EndEarly quiet={quiet} covers={covers} />}
      </div>
    </li>
  );
}

function timesOf({ from_ms: from, to_ms: to, created_ms: created }: QuietView): string {
  const end = to === null ? 'open' : formatInstant(to);
  return `${formatInstant(from)} to ${end}; made ${formatInstant(created)}`;
}

/** The same again, as a form that is filled in. */
function Repeat({ quiet }: { readonly quiet: QuietView }) {
  const act = useAct();
  return (
    <button
      type="button"
      className="button button-bare"
      onClick={() =>
        act({
          kind: quiet.kind === 'silence' ? 'silence' : 'downtime',
          title: '',
          services: quiet.covers.services ?? [],
          form: formOf(quiet),
        })
      }
    >
      <IconRepeat size={16} aria-hidden="true" />
      Repeat…
      <span className="hidden-text"> {coverageWords(quiet.covers)}</span>
    </button>
  );
}

function EndEarly({ quiet, covers }: { readonly quiet: QuietView; readonly covers: string }) {
  const client = useQueryClient();
  const toast = useToast();
  const { may } = useSession();
  const ending = useMutation({
    mutationFn: () => alertApi.endQuiet(quiet.kind === 'silence' ? 'silences' : 'downtimes', quiet.id),
    onSuccess: async () => {
      toast({ words: `Ended: ${covers}. What still is wrong is told now.` });
      await client.invalidateQueries({ queryKey: ['quiet'] });
      await client.invalidateQueries({ queryKey: ['services'] });
    },
    onError: (error) => toast({ words: faultWords(error, 'it still holds') }),
  });
  const allowed = may('operator');
  return (
    <button
      type="button"
      className="button"
      disabled={!allowed || ending.isPending}
      title={allowed ? undefined : 'This takes the role operator'}
      onClick={() => ending.mutate()}
    >
      {quietListOf(quiet) === 'planned' ? 'Cancel it' : 'End now'}
      <span className="hidden-text">: {covers}</span>
    </button>
  );
}
