import { useMemo } from 'react';
import { useKeys } from './keys.ts';
import { RANGES, rangeOf } from '../fleet/range.ts';
import { formatDate } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { Choices } from '../ui/choices.tsx';
import type { Range } from '../fleet/range.ts';

export interface RangeControl {
  readonly range: Range;
  readonly zoom: (fromS: number, toS: number) => void;
  readonly reset: () => void;
}

/** The range of the view's charts, held by the address; `[` and `]` step through the usual ones. */
export function useRange(): RangeControl {
  const { search, change } = useAddress();
  const range = useMemo(() => rangeOf(search), [search]);
  const step = (by: 1 | -1) => {
    const at = RANGES.findIndex((known) => range.kind === 'last' && known.id === range.id);
    const next = RANGES[Math.min(RANGES.length - 1, Math.max(0, (at < 0 ? 1 : at) + by))];
    if (next) change({ range: next.id, from: undefined, to: undefined });
  };
  useKeys({ '[': () => step(-1), ']': () => step(1) });
  return {
    range,
    zoom: (fromS, toS) => change({ from: String(fromS), to: String(toS) }),
    reset: () => change({ from: undefined, to: undefined }),
  };
}

export function RangeChoice() {
  const { search, link } = useAddress();
  const range = rangeOf(search);
  return (
    <div className="row push range-choice">
      {range.kind === 'between' && (
        <span className="pill" title="Chosen by dragging; a double click on a chart goes back">
          {formatDate(range.fromS * 1000)} – {formatDate(range.toS * 1000)}
        </span>
      )}
      <Choices
        label="Range"
        chosen={range.kind === 'last' ? range.id : ''}
        choices={RANGES.map(({ id, label }) => ({
          id,
          label,
          href: link({ range: id, from: undefined, to: undefined }),
        }))}
      />
    </div>
  );
}
