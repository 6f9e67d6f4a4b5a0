import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconUserShare } from '@tabler/icons-react';
import { OverrideForm } from './override-form.tsx';
import { RotaCalendar } from './rota-calendar.tsx';
import { useToast } from '../actions/toast.tsx';
import { faultWords } from '../services/fault-words.ts';
import { overridesOf } from '../../fleet/rota.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatDate, formatInstant } from '../../format/number.ts';
import { alertApi } from '../../live/alert-api.ts';
import { useSession } from '../../live/session.tsx';
import type { RotaView, ShiftView } from '../../../../src/contract/alert-views.ts';

/** Who is on call now and next, the weeks to come, and how to take over. */
export function RotaCard(props: {
  readonly rota: RotaView;
  readonly startMs: number;
  readonly nowMs: number;
}) {
  const { rota, startMs, nowMs } = props;
  const [taking, setTaking] = useState(false);
  const { may } = useSession();
  const allowed = may('operator');
  return (
    <section className="card rota" aria-label={`Rota ${rota.name}`}>
      <div className="row rota-head">
        <h2 className="detail-title">
          <bdi>{rota.name}</bdi>
        </h2>
        <span className="sub">times of {rota.timezone}; shown in yours</span>
        {!taking && (
          <button
            type="button"
            className="button push"
            disabled={!allowed}
            title={allowed ? undefined : 'This takes the role operator'}
            onClick={() => setTaking(true)}
          >
            <IconUserShare size={16} aria-hidden="true" />
            Take over…
            <span className="hidden-text"> {rota.name}</span>
          </button>
        )}
      </div>
      <dl className="rota-turns">
        <Turn label="Now" shift={rota.now} nowMs={nowMs} />
        <Turn label="Next" shift={rota.next} nowMs={nowMs} />
      </dl>
      {taking && <OverrideForm rota={rota} nowMs={nowMs} onDone={() => setTaking(false)} />}
      <RotaCalendar rota={rota} startMs={startMs} nowMs={nowMs} />
      <Overrides rota={rota} allowed={allowed} />
    </section>
  );
}

function Turn(props: {
  readonly label: 'Now' | 'Next';
  readonly shift: ShiftView | null;
  readonly nowMs: number;
}) {
  const { label, shift, nowMs } = props;
  return (
    <div>
      <dt className="sub">{label}</dt>
      <dd>
        {shift ? (
          <>
            <b className="rota-who">
              <bdi>{shift.who}</bdi>
            </b>
            <span className="sub" title={formatInstant(label === 'Now' ? shift.to_ms : shift.from_ms)}>
              {label === 'Now'
                ? `hands over in ${formatDuration(shift.to_ms - nowMs)}, ${formatDate(shift.to_ms)}`
                : `from ${formatDate(shift.from_ms)}`}
              {shift.kind === 'override' && ' · takes over'}
            </span>
          </>
        ) : (
          <span className="sub">nobody</span>
        )}
      </dd>
    </div>
  );
}

/** Those of the weeks shown; what stands in muster.yaml is changed there. */
function Overrides({ rota, allowed }: { readonly rota: RotaView; readonly allowed: boolean }) {
  const overrides = overridesOf(rota);
  if (overrides.length === 0) return null;
  return (
    <ul className="rota-overrides" aria-label="Overrides">
      {overrides.map((shift) => (
        <li key={`${shift.override_id} ${shift.from_ms}`} className="row">
          <span>
            <b>
              <bdi>{shift.who}</bdi>
            </b>{' '}
            takes over {formatDate(shift.from_ms)} to {formatDate(shift.to_ms)}
            {shift.by !== '' && (
              <span className="sub">
                {' '}
                by <bdi>{shift.by}</bdi>
              </span>
            )}
          </span>
          {shift.override_id === '' ? (
            <span className="sub push nowrap">in muster.yaml</span>
          ) : (
            <DropOverride rota={rota.name} shift={shift} allowed={allowed} />
          )}
        </li>
      ))}
    </ul>
  );
}

function DropOverride(props: {
  readonly rota: string;
  readonly shift: ShiftView;
  readonly allowed: boolean;
}) {
  const { rota, shift, allowed } = props;
  const client = useQueryClient();
  const toast = useToast();
  const dropping = useMutation({
    mutationFn: () => alertApi.dropOverride(rota, shift.override_id),
    onSuccess: () => {
      toast({ words: `Undone: ${shift.who} does not take over.` });
      return client.invalidateQueries({ queryKey: ['oncall'] });
    },
    onError: (error) => toast({ words: faultWords(error, 'the override still holds') }),
  });
  return (
    <button
      type="button"
      className="button push"
      disabled={!allowed || dropping.isPending}
      onClick={() => dropping.mutate()}
    >
      Undo
      <span className="hidden-text">
        : {shift.who} takes over {formatDate(shift.from_ms)}
      </span>
    </button>
  );
}
