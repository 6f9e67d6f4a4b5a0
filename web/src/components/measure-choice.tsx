import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { heatGradient } from '../chart/heat.ts';
import { MEASURES } from '../fleet/measure.ts';
import { formatTick, UNKNOWN } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import type { HeatScale, HostMeasure } from '../fleet/heat-cells.ts';
import type { Measure } from '../fleet/measure.ts';

interface MeasureChoiceProps {
  readonly cluster: string;
  /** A host whose metrics are offered. */
  readonly host: string | undefined;
  readonly chosen: Measure;
  /** What the chosen one turned out to be. */
  readonly label: string;
}

/** What the heat map is coloured by: the usual measures, or any metric of the cluster's hosts. */
export function MeasureChoice({ cluster, host, chosen, label }: MeasureChoiceProps) {
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
              {measure.id === chosen.id ? label : measure.label}
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
export function HeatLegend(props: {
  readonly measures: ReadonlyMap<string, HostMeasure>;
  readonly scale: HeatScale;
}) {
  const scheme = useComputedColorScheme('dark');
  const { hotAt, bounded } = props.scale;
  const [first] = props.measures.values();
  return (
    <div className="row sub push heat-scale">
      0
      <span
        className="heat-bar"
        style={{ background: heatGradient(scheme, bounded) }}
        title={bounded ? undefined : 'From zero to the highest value of these hosts'}
        aria-hidden="true"
      />
      {first ? `${formatTick(hotAt, first.quantity)}${bounded ? '+' : ''}` : UNKNOWN}
      <Mark kind="down" silent /> down
    </div>
  );
}
