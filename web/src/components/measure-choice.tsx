import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { heatStops } from '../chart/heat.ts';
import { exactly } from '../fleet/pattern.ts';
import { MEASURES } from '../fleet/measure.ts';
import { formatQuantity } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import type { HostMeasure } from '../fleet/heat-cells.ts';
import type { Measure } from '../fleet/measure.ts';

/** A measure of the table, or any metric by its name. */
export function measureById(id: string): Measure {
  const known = MEASURES.find((measure) => measure.id === id);
  if (known) return known;
  return { id, label: id, metric: exactly(id), perProcessor: false, hotAt: null, combine: 'avg' };
}

interface MeasureChoiceProps {
  readonly cluster: string;
  /** A host whose metrics are offered. */
  readonly host: string | undefined;
  readonly chosen: Measure;
}

/** What the heat map is coloured by: the usual measures, or any metric of the cluster's hosts. */
export function MeasureChoice({ cluster, host, chosen }: MeasureChoiceProps) {
  const { change } = useAddress();
  const metrics = useQuery({
    ...queries.metrics(cluster, host ?? ''),
    enabled: host !== undefined,
    refetchInterval: false,
  });
  const names = (metrics.data ?? []).map((metric) => metric.metric).toSorted();
  const usual = MEASURES.some((measure) => measure.id === chosen.id);
  return (
    <label className="measure-choice pill">
      coloured by
      <select
        value={chosen.id}
        onChange={(event) =>
          change({ measure: event.currentTarget.value === 'load' ? undefined : event.currentTarget.value })
        }
      >
        <optgroup label="Usual">
          {MEASURES.map((measure) => (
            <option key={measure.id} value={measure.id}>
              {measure.label}
            </option>
          ))}
        </optgroup>
        <optgroup label="Metrics">
          {!usual && !names.includes(chosen.id) && <option value={chosen.id}>{chosen.label}</option>}
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
    </label>
  );
}

/** The scale's ends beside its colours. */
export function HeatScale(props: {
  readonly measures: ReadonlyMap<string, HostMeasure>;
  readonly hot: number;
}) {
  const scheme = useComputedColorScheme('dark');
  const [first] = props.measures.values();
  return (
    <div className="row sub push heat-scale">
      0
      <span
        className="heat-bar"
        style={{ background: `linear-gradient(90deg, ${heatStops(scheme).join(', ')})` }}
        aria-hidden="true"
      />
      {first ? `${formatQuantity(props.hot, first.quantity)}+` : '–'}
      <Mark kind="down" silent /> down
    </div>
  );
}
