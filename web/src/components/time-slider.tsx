import { useEffect, useState } from 'react';
import { PAST_STEPS } from '../live/past-figures.ts';
import { rangeSeconds } from '../fleet/range.ts';
import { formatDuration } from '../format/duration.ts';
import { formatDate } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import type { Range } from '../fleet/range.ts';

const COMMIT_MS = 150;

/**
 * Leads the heat map through the chosen range; at its right end it shows the present. `[from … now]` in as
 * many steps as history is asked for.
 */
export function TimeSlider(props: {
  readonly range: Range;
  /** Epoch seconds; null: now. */
  readonly atS: number | null;
  readonly onChange: (atS: number | null) => void;
}) {
  const { range, atS, onChange } = props;
  const everyMs = Math.max(1000, (rangeSeconds(range) * 1000) / PAST_STEPS / 4);
  const nowS = Math.floor(useServerNow(everyMs) / 1000);
  const [moving, setMoving] = useState<number | null>(null);
  const endS = range.kind === 'between' ? range.toS : nowS;
  const startS = endS - rangeSeconds(range);
  const stepS = rangeSeconds(range) / PAST_STEPS;
  const stepOf = (second: number | null) =>
    second === null
      ? PAST_STEPS
      : Math.min(PAST_STEPS - 1, Math.max(0, Math.round((second - startS) / stepS)));
  const step = moving ?? stepOf(atS);
  // The address takes some hundred changes a minute at most: it gets the place where the hand rests.
  useEffect(() => {
    if (moving === null) return undefined;
    const timer = setTimeout(() => {
      onChange(moving >= PAST_STEPS ? null : Math.round(startS + moving * stepS));
      setMoving(null);
    }, COMMIT_MS);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- the clock moves on meanwhile; the hand decides.
  }, [moving]);
  const shownS = step >= PAST_STEPS ? null : startS + step * stepS;
  const words =
    shownS === null ? 'now' : `${formatDate(shownS * 1000)}, ${formatDuration((nowS - shownS) * 1000)} ago`;
  return (
    <div className="row time-slider">
      <span className="sub nowrap">{formatDate(startS * 1000)}</span>
      <input
        type="range"
        min={0}
        max={PAST_STEPS}
        value={step}
        aria-label="Time of the heat map"
        aria-valuetext={words}
        onChange={(event) => setMoving(Number(event.currentTarget.value))}
      />
      <button
        type="button"
        className="button button-bare now-button"
        aria-pressed={shownS === null}
        onClick={() => onChange(null)}
      >
        now
      </button>
    </div>
  );
}
