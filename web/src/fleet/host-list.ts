import { orderHosts } from './host-order.ts';
import type { HostFigures } from './host-figures.ts';
import type { HostProblems } from './problem.ts';

export const HOST_COLUMNS = ['state', 'name', 'address', 'heard', 'value', 'problems'] as const;
export type HostColumn = (typeof HOST_COLUMNS)[number];

export interface ListOrder {
  readonly column: HostColumn;
  readonly falling: boolean;
}

/** `name`, `-value`; the worst first where it is not given. */
export function readListOrder(text: string | null): ListOrder {
  const falling = text?.startsWith('-') ?? false;
  const column = HOST_COLUMNS.find((known) => known === text?.replace(/^-/, '')) ?? 'state';
  return { column, falling };
}

export function writeListOrder({ column, falling }: ListOrder): string | undefined {
  return column === 'state' && !falling ? undefined : `${falling ? '-' : ''}${column}`;
}

/** Indexes of the hosts shown, in order; hosts that are equal in a column stand by name. */
export function listHosts(
  figures: HostFigures,
  list: {
    readonly shown: Uint8Array | null;
    readonly problems: ReadonlyMap<string, HostProblems>;
    readonly order: ListOrder;
  },
): Uint32Array {
  const { shown, problems, order } = list;
  const { hosts } = figures;
  const rising = (): Uint32Array => {
    switch (order.column) {
      case 'state':
        return orderHosts({ ...columnsOf(figures), values: byName(figures) }, 'state', shown);
      case 'name':
        return orderHosts(columnsOf(figures), 'name', shown);
      case 'value':
        return orderHosts(columnsOf(figures), 'value', shown).toReversed();
      case 'heard':
        return byNumber(figures, shown, (i) => -(hosts[i]?.last_seen_ms ?? 0));
      case 'problems':
        return byNumber(figures, shown, (i) => -(problems.get(hosts[i]?.name ?? '')?.count ?? 0));
      case 'address':
        return byText(figures, shown, (i) => hosts[i]?.address ?? '');
    }
  };
  return order.falling ? rising().toReversed() : rising();
}

function columnsOf({ count, values, marks }: HostFigures) {
  return { count, values, marks };
}

/** Within a state by name: all values alike. */
function byName({ count }: HostFigures): Float64Array {
  return new Float64Array(count);
}

function byNumber(
  figures: HostFigures,
  shown: Uint8Array | null,
  of: (index: number) => number,
): Uint32Array {
  const keys = Float64Array.from({ length: figures.count }, (_, i) => of(i));
  return orderHosts(columnsOf(figures), 'name', shown).toSorted(
    (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b,
  );
}

function byText(figures: HostFigures, shown: Uint8Array | null, of: (index: number) => string): Uint32Array {
  const keys = Array.from({ length: figures.count }, (_, i) =>
    of(i).replace(/\d+/g, (digits) => digits.padStart(3, '0')),
  );
  return orderHosts(columnsOf(figures), 'name', shown).toSorted((a, b) => {
    const one = keys[a] ?? '';
    const other = keys[b] ?? '';
    return one < other ? -1 : one > other ? 1 : a - b;
  });
}
