import { Destinations } from '../../alert/destination.ts';
import { SHIFTS_PER_ANSWER_MAX } from '../../alert-limits.ts';
import type { AlertAnswers, AlertQuestion, Done } from '../../model/alert-question.ts';
import type { OnCallView, RotaView, ShiftView } from '../../contract/alert-views.ts';
import type { SavedOverride } from '../../model/rota.ts';
import type { Shift } from '../../alert/rota.ts';
import type { Turn } from '../turn.ts';

export type DutyQuestion = Extract<
  AlertQuestion,
  { readonly kind: 'on-call' | 'override' | 'drop-override' }
>;
/** `desk`: told when somebody else is on call than a rota said before. */
type Around = Pick<Turn, 'duty' | 'nowMs' | 'alerting'> & {
  readonly desk: Pick<Turn['desk'], 'turnsChanged'>;
};
type QuestionOf<K> = Extract<AlertQuestion, { readonly kind: K }>;

/** Who is on call, and who shall be instead. */
export function answerDuty(question: DutyQuestion, turn: Around): AlertAnswers[DutyQuestion['kind']] {
  switch (question.kind) {
    case 'on-call':
      return onCallView(question, turn);
    case 'override':
      return override(question, turn);
    case 'drop-override':
      return dropOverride(question, turn);
  }
}

/** Shown after a change: the time that the page shows. */
const SHOWN_MS = 28 * 86_400_000;
/** How long an override that is over is remembered. */
const KEPT_MS = 400 * 86_400_000;

function override(
  { rota, who, fromMs, toMs, comment, author }: QuestionOf<'override'>,
  turn: Around,
): Done<OnCallView> {
  const { duty, nowMs, alerting } = turn;
  for (const id of duty.forget(nowMs - KEPT_MS)) alerting.overrides.set(id, null);
  const id = duty.nextId();
  const made: SavedOverride = { id, rota, who, fromMs, toMs, comment, author, createdMs: nowMs };
  const refusal = duty.override(made, nowMs);
  if (refusal !== null) return { ok: false, ...refusal };
  alerting.overrides.set(id, made);
  turn.desk.turnsChanged();
  return { ok: true, value: onCallView({ fromMs: nowMs, toMs: nowMs + SHOWN_MS }, turn) };
}

function dropOverride({ rota, id }: QuestionOf<'drop-override'>, { duty, alerting, desk }: Around): boolean {
  if (!duty.drop(rota, id)) return false;
  alerting.overrides.set(id, null);
  desk.turnsChanged();
  return true;
}

/** Rotas that are looked at last may be shown for a shorter time, where all shifts were too many. */
function onCallView(
  span: { readonly fromMs: number; readonly toMs: number },
  { duty, nowMs }: Pick<Turn, 'duty' | 'nowMs'>,
): OnCallView {
  const { escalations } = duty.config;
  const destinations = new Destinations(duty.config, duty.onCall);
  let left = SHIFTS_PER_ANSWER_MAX;
  const rotas = duty.config.rotas.map((rota): RotaView => {
    const now = duty.shiftAt(rota.name, nowMs);
    const next = now === null ? null : duty.shiftAfter(rota.name, now);
    const shifts = duty.shifts(rota.name, span, left);
    left -= shifts.length;
    return {
      name: rota.name,
      timezone: rota.timezone,
      people: [...rota.people],
      now: now && shiftView(now),
      next: next && shiftView(next),
      shifts: shifts.map(shiftView),
    };
  });
  return {
    rotas,
    escalations: escalations.map(({ name, steps }) => ({
      name,
      steps: steps.map(({ afterMs, notify }) => ({
        after_ms: afterMs,
        notify: [...notify],
        now: [...destinations.reachStep(notify, nowMs).targets],
      })),
    })),
  };
}

function shiftView({ who, fromMs, toMs, override: by }: Shift): ShiftView {
  return {
    who,
    from_ms: fromMs,
    to_ms: toMs,
    kind: by === null ? 'turn' : 'override',
    by: by?.author ?? '',
    override_id: by?.id ?? '',
  };
}
