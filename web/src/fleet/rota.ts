import type { RotaView, ShiftView } from '../../../src/contract/alert-views.ts';

export const WEEKS_SHOWN = 4;

export interface WeekPart {
  readonly shift: ShiftView;
  /** Of the week, 0 … 1. */
  readonly from: number;
  readonly to: number;
}

export interface RotaWeek {
  readonly startMs: number;
  readonly parts: readonly WeekPart[];
  /** Where now is, 0 … 1; null: in another week. */
  readonly now: number | null;
}

/** Monday, midnight, of the browser's time. */
export function weekStartMs(nowMs: number): number {
  const date = new Date(nowMs);
  const sinceMonday = (date.getDay() + 6) % 7;
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - sinceMonday).getTime();
}

/** So many weeks later, at the same hour of the clock. */
export function weeksLater(startMs: number, weeks: number): number {
  const date = new Date(startMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + weeks * 7).getTime();
}

/** The shifts of some weeks, week by week: a shift that goes past Sunday has a part in each. */
export function rotaWeeks(rota: RotaView, startMs: number, nowMs: number): RotaWeek[] {
  return Array.from({ length: WEEKS_SHOWN }, (_, week) => {
    const from = weeksLater(startMs, week);
    const to = weeksLater(startMs, week + 1);
    const share = (ms: number) => Math.min(1, Math.max(0, (ms - from) / (to - from)));
    return {
      startMs: from,
      parts: rota.shifts
        .filter((shift) => shift.from_ms < to && shift.to_ms > from)
        .map((shift) => ({ shift, from: share(shift.from_ms), to: share(shift.to_ms) })),
      now: nowMs >= from && nowMs < to ? share(nowMs) : null,
    };
  });
}

/** The days of a week, for its head: seven midnights. */
export function daysOf(startMs: number): number[] {
  const date = new Date(startMs);
  return Array.from({ length: 7 }, (_, day) =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate() + day).getTime(),
  );
}

/** Overrides of the time shown, each once. */
export function overridesOf({ shifts }: RotaView): ShiftView[] {
  return shifts.filter(({ kind }) => kind === 'override');
}

/** Who is on call now, each name once, for a corner of the page. */
export function onCallNow(rotas: readonly RotaView[]): readonly string[] {
  return [...new Set(rotas.flatMap(({ now }) => (now ? [now.who] : [])))];
}

/** What stands in muster.yaml where somebody is to be on call. */
export const ROTA_YAML = `alerts:
  receivers:
    - { name: ann, email: { to: [ann@example.com], from: muster@example.com } }
    - { name: bob, email: { to: [bob@example.com], from: muster@example.com } }
  rotas:
    - name: primary
      timezone: Europe/Berlin
      start: 2026-01-05
      handover: "09:00"
      turn: 7d
      people: [ann, bob]
  escalations:
    - name: oncall
      steps:
        - { after: 0s, notify: [primary] }
        - { after: 15m, notify: [ann, bob] }
  routes:
    - { match: {}, receiver: oncall }`;
