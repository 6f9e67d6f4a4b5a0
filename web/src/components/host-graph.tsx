import { memo, useMemo } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { Link } from 'wouter';
import { Sparkline } from './sparkline.tsx';
import { chartInk } from '../chart/palette.ts';
import { hostLink } from '../fleet/link.ts';
import { formatQuantity } from '../format/number.ts';
import { Mark } from '../ui/mark.tsx';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { Quantity } from '../format/quantity.ts';
import type { MarkKind } from '../fleet/state.ts';
import type { HostHistories } from '../live/host-histories.ts';
import type { HostView } from '../../../src/contract/api.ts';

const GRAPH_PX = 44;

/** A host's name, newest figure and history, its line in the colour of its state. Drawn anew as any changes. */
export const HostGraph = memo(function HostGraph(props: {
  readonly figures: HostFigures;
  readonly index: number;
  readonly host: HostView;
  /** Null: the newest of the history, which ended in the past. */
  readonly value: number | null;
  readonly quantity: Quantity;
  readonly mark: MarkKind;
  readonly histories: HostHistories;
  /** Of the axis all of them share. */
  readonly top: number;
}) {
  const { figures, index, host, value, quantity, mark, histories, top } = props;
  const scheme = useComputedColorScheme('dark');
  const column = histories.byHost.get(host.name);
  const values = useMemo(
    () => trimmed((column ?? []).map((raw) => (raw === null ? null : figures.counted(index, raw)))),
    [column, figures, index],
  );
  return (
    <li className="card graph-card">
      <p className="row">
        <Mark kind={mark} />
        <Link
          href={hostLink(host.cluster, host.name)}
          className="cover-link mono ellipsis"
          title={host.name}
          data-row="go"
        >
          <bdi>{host.name}</bdi>
        </Link>
        <b className="mono push nowrap">
          {formatQuantity(value ?? values.findLast((each) => each !== null), quantity)}
        </b>
      </p>
      <Sparkline values={values} height={GRAPH_PX} top={top} colour={colourOf(mark, scheme)} />
    </li>
  );
});

/** The newest row may not have begun to fill. */
function trimmed(values: readonly (number | null)[]): readonly (number | null)[] {
  return values.at(-1) === null ? values.slice(0, -1) : values;
}

function colourOf(mark: MarkKind, scheme: 'dark' | 'light'): string | undefined {
  const ink = chartInk(scheme);
  switch (mark) {
    case 'critical':
      return ink.critical;
    case 'warning':
      return ink.warning;
    case 'down':
    case 'retired':
      return ink.axis;
    case 'unreachable':
    case 'unknown':
    case 'pending':
    case 'ok':
      return undefined;
  }
}
