import { useComputedColorScheme } from '@mantine/core';
import { namedColours } from '../../chart/palette.ts';
import { daysOf, rotaWeeks } from '../../fleet/rota.ts';
import { formatDate, formatInstant } from '../../format/number.ts';
import type { CSSProperties } from 'react';
import type { RotaWeek, WeekPart } from '../../fleet/rota.ts';
import type { RotaView } from '../../../../src/contract/alert-views.ts';

interface CalendarProps {
  readonly rota: RotaView;
  readonly startMs: number;
  readonly nowMs: number;
}

/** Whose turn it is, week under week. Each person has a colour and a name: neither says it alone. */
export function RotaCalendar({ rota, startMs, nowMs }: CalendarProps) {
  const scheme = useComputedColorScheme('dark');
  const people = [...new Set([...rota.people, ...rota.shifts.map(({ who }) => who)])];
  const colours = new Map(namedColours(people, scheme, people).map((colour, i) => [people[i] ?? '', colour]));
  const weeks = rotaWeeks(rota, startMs, nowMs);
  return (
    <div className="rota-calendar">
      <div className="rota-week rota-days" aria-hidden="true">
        <span />
        <div className="rota-lane">
          {daysOf(startMs).map((dayMs) => (
            <span key={dayMs}>{weekdays.format(dayMs)}</span>
          ))}
        </div>
      </div>
      {weeks.map((week) => (
        <Week key={week.startMs} week={week} colours={colours} />
      ))}
    </div>
  );
}

const weekdays = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

function Week({ week, colours }: { readonly week: RotaWeek; readonly colours: ReadonlyMap<string, string> }) {
  return (
    <div className="rota-week">
      <span className="sub mono nowrap">{days.format(week.startMs)}</span>
      <ul className="rota-lane" aria-label={`Week of ${days.format(week.startMs)}`}>
        {week.parts.map((part) => (
          <Part
            key={`${part.shift.from_ms} ${part.shift.who}`}
            part={part}
            colour={colours.get(part.shift.who)}
          />
        ))}
        {week.now !== null && (
          <li className="rota-now" style={{ left: percent(week.now) }}>
            <span className="hidden-text">now</span>
          </li>
        )}
      </ul>
    </div>
  );
}

function Part({ part, colour }: { readonly part: WeekPart; readonly colour: string | undefined }) {
  const { shift } = part;
  const span = `${shift.who}, ${formatDate(shift.from_ms)} to ${formatDate(shift.to_ms)}`;
  const style: CSSProperties & Record<'--who', string> = {
    left: percent(part.from),
    width: percent(part.to - part.from),
    '--who': colour ?? 'var(--dim)',
  };
  return (
    <li
      className="rota-part"
      data-kind={shift.kind}
      style={style}
      title={`${span}${shift.kind === 'override' ? ` (override${shift.by === '' ? '' : ` by ${shift.by}`})` : ''} · ${formatInstant(shift.from_ms)}`}
    >
      <bdi aria-hidden="true">{shift.who}</bdi>
      <span className="hidden-text">{span}</span>
    </li>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
