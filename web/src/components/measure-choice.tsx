import { useComputedColorScheme } from '@mantine/core';
import { MetricPicker } from './metric-picker.tsx';
import { heatGradient } from '../chart/heat.ts';
import { HOST_SORTS } from '../fleet/host-order.ts';
import { LOAD_MEASURE, MEASURES } from '../fleet/measure.ts';
import { formatTick } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useFigure } from '../live/fleet-measure.ts';
import { Mark } from '../ui/mark.tsx';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { HostSort } from '../fleet/host-order.ts';
import type { Measure } from '../fleet/measure.ts';
import type { MetricView } from '../../../src/contract/api.ts';

const USUAL = MEASURES.map(({ id, label }) => ({ value: id, label }));

/** What the heat map is coloured by: a usual measure or any metric, as it is or divided by another. */
export function MeasureChoice(props: {
  readonly figures: HostFigures;
  readonly measure: Measure;
  readonly metrics: readonly MetricView[];
}) {
  const { figures, measure, metrics } = props;
  const { search, change } = useAddress();
  const label = useFigure(figures, ({ scale }) => scale.label);
  const over = search.get('over') ?? '';
  const [own = measure.label] = measure.label.split(' / ');
  return (
    <div className="row measure-choice">
      <MetricPicker
        label="Coloured by"
        words="coloured by"
        shown={over === '' ? label : own}
        usual={USUAL}
        metrics={metrics}
        onChoose={(id) => change({ measure: id === LOAD_MEASURE.id ? undefined : id })}
      />
      <MetricPicker
        label="Divided by"
        words={over === '' ? '' : 'divided by'}
        shown={over === '' ? '÷ metric' : over}
        usual={over === '' ? [] : [{ value: '', label: 'nothing' }]}
        metrics={metrics}
        onChoose={(id) => change({ over: id })}
      />
    </div>
  );
}

export function SortChoice({ sort }: { readonly sort: HostSort }) {
  const { change } = useAddress();
  return (
    <label className="pill select-pill">
      sorted by
      <select
        value={sort}
        onChange={({ currentTarget: { value } }) => change({ sort: value === 'value' ? undefined : value })}
      >
        {HOST_SORTS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The scale's ends beside its colours. */
export function HeatLegend({
  figures,
  className = 'push',
}: {
  readonly figures: HostFigures;
  readonly className?: string;
}) {
  const scheme = useComputedColorScheme('dark');
  const end = useFigure(figures, ({ scale }) => formatTick(scale.hotAt, scale.quantity));
  const bounded = useFigure(figures, ({ scale }) => String(scale.bounded)) === 'true';
  const falling = useFigure(figures, ({ scale }) => String(scale.falling)) === 'true';
  return (
    <div className={`row sub heat-scale ${className}`}>
      0
      <span
        className="heat-bar"
        style={{ background: heatGradient(scheme, { bounded, falling }) }}
        title={bounded ? undefined : rangeWords(falling)}
        aria-hidden="true"
      />
      <span className="mono">{`${end}${bounded ? '+' : ''}`}</span>
      <Mark kind="down" silent /> down
    </div>
  );
}

function rangeWords(falling: boolean): string {
  return falling
    ? 'From zero, the hot end, to the highest value of these hosts'
    : 'From zero to the highest value of these hosts';
}
