import { Segments } from '../../ui/segments.tsx';
import { tomorrowMs, WEEKDAYS } from '../../fleet/action.ts';
import { localField } from '../../format/instant.ts';
import { formatDate } from '../../format/number.ts';
import { ownTimezone } from '../../format/timezone.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import type { Change } from './action-dialog.tsx';
import type { ActionForm, ActionKind, Timing, Until } from '../../fleet/action.ts';

interface FieldsProps {
  readonly form: ActionForm;
  readonly change: Change;
}

const TIMINGS: readonly { id: Timing; label: string }[] = [
  { id: 'fixed', label: 'Once' },
  { id: 'weekly', label: 'Every week' },
  { id: 'flexible', label: 'Flexible' },
];

/** How long it holds, and when. */
export function TimeFields({ kind, form, change }: FieldsProps & { readonly kind: ActionKind }) {
  const recurs = kind === 'downtime' && form.timing === 'weekly';
  return (
    <>
      {kind === 'downtime' && (
        <Segments
          label="When"
          value={form.timing}
          choices={TIMINGS}
          onChange={(timing) => change({ timing, until: timing === 'weekly' ? 'open' : '4h' })}
        />
      )}
      {recurs && <WeekFields form={form} change={change} />}
      {kind === 'downtime' && form.timing === 'flexible' && <MinutesField form={form} change={change} />}
      {kind !== 'acknowledge' && !recurs && <BeginField form={form} change={change} />}
      <Segments
        label={untilLabel(kind, form.timing)}
        value={form.until}
        choices={untilChoices(kind, recurs)}
        onChange={(until) => change({ until })}
      />
      <Ends form={form} change={change} />
    </>
  );
}

function untilLabel(kind: ActionKind, timing: Timing): string {
  if (kind === 'downtime' && timing === 'flexible') return 'The first problem within';
  return kind === 'downtime' && timing === 'weekly' ? 'Until' : 'How long';
}

function untilChoices(kind: ActionKind, recurs: boolean): { id: Until; label: string }[] {
  if (recurs)
    return [
      { id: 'open', label: 'It is ended' },
      { id: 'custom', label: 'A day…' },
    ];
  return [
    ...(kind === 'acknowledge' ? [{ id: 'open' as const, label: 'Until it is well' }] : []),
    { id: '1h', label: '1 h' },
    { id: '4h', label: '4 h' },
    { id: 'tomorrow', label: 'Tomorrow 9:00' },
    { id: 'custom', label: 'Other…' },
  ];
}

/** The end: as a field, or in words. */
function Ends({ form, change }: FieldsProps) {
  const nowMs = useServerNow(60_000);
  if (form.until === 'open') return null;
  if (form.until !== 'custom') {
    const fromMs = form.from === '' ? nowMs : new Date(form.from).getTime();
    const hours = form.until === '1h' ? 1 : 4;
    const endMs = form.until === 'tomorrow' ? tomorrowMs(fromMs) : fromMs + hours * 3_600_000;
    return <p className="sub action-end">until {Number.isFinite(endMs) ? formatDate(endMs) : '–'}</p>;
  }
  return (
    <label className="mark-field">
      <span>Until</span>
      <span className="field">
        <input
          type="datetime-local"
          required
          value={form.to}
          min={minutesOf(nowMs)}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
      </span>
    </label>
  );
}

function BeginField({ form, change }: FieldsProps) {
  return (
    <label className="mark-field">
      <span>From (empty: now)</span>
      <span className="field">
        <input
          type="datetime-local"
          value={form.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
      </span>
    </label>
  );
}

function MinutesField({ form, change }: FieldsProps) {
  return (
    <label className="mark-field">
      <span>Lasts from the first problem on, minutes</span>
      <span className="field">
        <input
          type="number"
          min={1}
          max={100_000}
          required
          value={form.minutes}
          onChange={(event) => change({ minutes: event.currentTarget.value })}
        />
      </span>
    </label>
  );
}

function WeekFields({ form, change }: FieldsProps) {
  return (
    <>
      <fieldset className="segments">
        <legend>Days</legend>
        {WEEKDAYS.map((day) => (
          <label key={day} className="segment segment-day" title={day}>
            <input
              type="checkbox"
              checked={form.days.includes(day)}
              aria-label={day}
              onChange={(event) => {
                const kept = new Set(form.days);
                if (event.currentTarget.checked) kept.add(day);
                else kept.delete(day);
                change({ days: WEEKDAYS.filter((one) => kept.has(one)) });
              }}
            />
            <span>{day.slice(0, 2)}</span>
          </label>
        ))}
      </fieldset>
      <div className="row">
        <ClockField label="From" value={form.begins} onChange={(begins) => change({ begins })} />
        <ClockField label="To" value={form.ends} onChange={(ends) => change({ ends })} />
      </div>
      <p className="sub">Times of {ownTimezone()}.</p>
    </>
  );
}

function ClockField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className="mark-field">
      <span>{props.label}</span>
      <span className="field">
        <input
          type="time"
          required
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        />
      </span>
    </label>
  );
}

/** Without seconds, as the field is filled in. */
function minutesOf(epochMs: number): string {
  return localField(epochMs / 1000).slice(0, 16);
}
